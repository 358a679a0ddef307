import type { EngineFacts } from "../protocol.js";
import { explain, explainVisitor, fold, item, person } from "./answers.js";
import { generate, preview, read } from "./data.js";
import type { Handlers } from "./handler.js";
import { forget, keep, kept, restore } from "./keeping.js";
import { labels } from "./labels.js";
import { openModel } from "./models.js";
import { block, features, map } from "./pictures.js";
import { saveLists, saveModel, saveRatings } from "./saving.js";
import { findItems, findUsers, popularItems, typicalUsers } from "./search.js";
import { theEngine } from "./session.js";
import { memoryFor, train } from "./training.js";

async function start(): Promise<EngineFacts> {
  const { threads, threadsWhy, build } = await theEngine();
  return { threads, threadsWhy, build: build.name };
}

/** What the worker does when it is asked to. */
export const handlers: Handlers = {
  start,
  world: generate,
  preview,
  read,
  open: openModel,
  train,
  memory: memoryFor,
  findUsers,
  findItems,
  typicalUsers,
  popularItems,
  labels,
  person,
  explain,
  item,
  map,
  features,
  block,
  visitor: fold,
  explainVisitor,
  saveModel,
  saveLists,
  saveRatings,
  keep,
  kept,
  restore,
  forget,
};
