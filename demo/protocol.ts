/**
 * What the page and its worker say to each other. Users and items go by their index in the model's vocabulary (or the data's,
 * before there is a model): ids may be strings or numbers, and both sides would have to agree on which.
 */

/** The kernels and threads that work here. */
export interface EngineFacts {
  readonly threads: number;
  readonly threadsWhy: string;
  readonly build: string;
}

export interface WorldSize {
  readonly users: number;
  readonly items: number;
  readonly ratings: number;
  readonly seed: number;
}

export interface ColumnChoice {
  readonly user: number;
  readonly item: number;
  readonly value: number | null;
  readonly timestamp: number | null;
}

/** How a file is about to be read. */
export interface ReadPlan {
  readonly header: boolean;
  readonly delimiter: string;
  /** Whether what stands between quotation marks is one field. */
  readonly quotes: boolean;
  readonly columns: ColumnChoice;
}

/** What a file looks like, before it is read. */
export interface FilePreview extends ReadPlan {
  readonly kind: "ratings";
  /** What is shown: "ml-latest-small.zip › ratings.csv". */
  readonly name: string;
  readonly bytes: number;
  /** As many as there are columns: from the header, or "Column 1" and so on. */
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Where titles were found: "movies.csv". */
  readonly titles: string | undefined;
}

/** A model file, recognized by its beginning. */
export interface ModelPreview {
  readonly kind: "model";
  readonly name: string;
  readonly bytes: number;
  /** Where titles were found: "movies.csv". */
  readonly titles: string | undefined;
}

/** Ratings that are ready to be trained on. */
export interface DataFacts {
  readonly name: string;
  readonly users: number;
  readonly items: number;
  readonly ratings: number;
  readonly density: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  /** How often each value occurs, or each of twelve ranges of values where there are more. */
  readonly histogram: readonly { readonly label: string; readonly count: number }[];
  /** Rows that rate a pair once more: the last value holds. */
  readonly repeated: number;
  /** Items whose title is known. */
  readonly titled: number;
  readonly seconds: number;
}

export interface ReadNews {
  /** Of the whole, 0 … 1. */
  readonly share: number;
  /** Ratings so far, where they are being counted. */
  readonly rows: number | undefined;
}

export interface TrainingChoice {
  readonly factors: number;
  readonly lambda: number;
  /** ν. */
  readonly scaling: number;
  readonly feedback: "explicit" | "implicit";
  /** α of implicit feedback. */
  readonly alpha: number;
  readonly epochs: number;
  /** The share of the ratings that is held out, 0 … 0.5. */
  readonly test: number;
  readonly seed: number;
  readonly precision: "float64" | "float32";
}

/** What each epoch is judged by: RMSE on held-out ratings, or NDCG@10 of lists. */
export type Metric = "rmse" | "ndcg";

/** What is known when training begins. */
export interface TrainingStart {
  readonly kind: "start";
  readonly metric: Metric;
  /** Ratings that are trained on, and held out. */
  readonly train: number;
  readonly test: number;
  /** What a model must beat, each on the held-out ratings. */
  readonly baselines: readonly { readonly name: string; readonly value: number }[];
}

export interface TrainingEpochNews {
  readonly kind: "epoch";
  readonly epoch: number;
  readonly loss: number;
  /** On the training ratings; NaN for implicit feedback. */
  readonly rmse: number;
  /** The metric on held-out ratings; NaN without any. */
  readonly test: number;
  readonly seconds: number;
  readonly ratingsPerSecond: number;
}

export interface TrainingShare {
  readonly kind: "share";
  readonly share: number;
  readonly epoch: number;
  readonly side: "users" | "items";
}

export type TrainingNews = TrainingStart | TrainingEpochNews | TrainingShare;

export interface ModelFacts {
  readonly name: string;
  readonly users: number;
  readonly items: number;
  readonly factors: number;
  readonly feedback: "explicit" | "implicit";
  readonly range: readonly [number, number];
  readonly mean: number;
  /** Whether the model knows what was rated, so that reasons can be given. */
  readonly history: "none" | "items" | "ratings";
  readonly ratings: number;
  readonly epochs: number;
  readonly seconds: number;
  readonly build: string;
  readonly threads: number;
  /** Numbers that it holds, and that the full matrix would. */
  readonly parameters: number;
  readonly full: number;
  readonly bytes: number;
  /** False for a model of items alone, which knows no users. */
  readonly hasUsers: boolean;
}

/** An item as it is shown. */
export interface ItemLabel {
  readonly item: number;
  readonly title: string;
  readonly genres: readonly string[];
}

export interface UserLabel {
  readonly user: number;
  readonly name: string;
  readonly count: number;
}

export interface ScoredLabel extends ItemLabel {
  readonly score: number;
}

export interface RatedLabel extends ItemLabel {
  /** Undefined where the model keeps only which items were rated. */
  readonly value: number | undefined;
  readonly prediction: number;
}

export interface PersonFacts extends UserLabel {
  readonly bias: number;
  /** What they rated, the highest first where values are kept; at most 200. */
  readonly rated: readonly RatedLabel[];
  readonly recommended: readonly ScoredLabel[];
  readonly milliseconds: number;
}

export interface ReasonLabel extends ItemLabel {
  readonly value: number;
  readonly contribution: number;
  readonly without: number;
}

export interface Reasons {
  readonly item: ItemLabel;
  readonly score: number;
  readonly base: number;
  /** The largest contributions by size. */
  readonly reasons: readonly ReasonLabel[];
  /** What the other ratings add up to, and how many they are. */
  readonly rest: number;
  readonly restCount: number;
}

export interface ItemFacts extends ItemLabel {
  readonly count: number;
  readonly bias: number;
  readonly similar: readonly ScoredLabel[];
}

/** Sizes of points. */
export const MAP_LEVELS = 6;
export const NO_GENRE = 255;

/** Every item as a point, in vocabulary order. */
export interface ItemMap {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly counts: Uint32Array;
  /** The size of each by how much it was rated, 0 … {@link MAP_LEVELS} − 1. */
  readonly levels: Uint8Array;
  /** Those that are drawn, in that order: the best known last, so that they lie on top. */
  readonly order: Uint32Array;
  /** An index into `genres`; {@link NO_GENRE} where none is known. */
  readonly genre: Uint8Array;
  readonly genres: readonly string[];
  /** Axes that there are to choose from: the share of each in ‖R̂‖². */
  readonly energy: readonly number[];
}

export interface FeatureFacts {
  readonly axis: number;
  readonly energy: number;
  readonly highest: readonly ScoredLabel[];
  readonly lowest: readonly ScoredLabel[];
}

export interface Features {
  readonly rank: number;
  readonly effectiveRank: number;
  readonly factors: number;
  readonly energy: readonly number[];
  readonly axes: readonly FeatureFacts[];
}

/** A block of R̂, row-major, beside what was rated there. */
export interface BlockFacts {
  readonly users: readonly UserLabel[];
  readonly items: readonly ItemLabel[];
  readonly predicted: Float64Array;
  /** 1 where the model knows of a rating, 0 elsewhere. */
  readonly rated: Uint8Array;
  /** The ratings; NaN where there is none, and where the model keeps only that there is one. */
  readonly known: Float64Array;
}

export interface VisitorRating {
  readonly item: number;
  readonly value: number;
}

export interface VisitorFacts {
  readonly recommended: readonly ScoredLabel[];
  /** Whether scores are numbers of ratings: of somebody who rated nothing a model without item biases predicts nothing. */
  readonly counts: boolean;
  readonly milliseconds: number;
}

export interface StoredModel {
  readonly name: string;
  readonly bytes: number;
}

export interface SavedFile {
  readonly name: string;
  readonly blob: Blob;
}

/** Each call: what it takes, what it gives, and what it tells meanwhile. */
export interface Calls {
  start: { params: null; result: EngineFacts; news: never };
  world: { params: WorldSize; result: DataFacts; news: ReadNews };
  preview: {
    params: { files: readonly File[]; plan?: Partial<ReadPlan> };
    result: FilePreview | ModelPreview;
    news: never;
  };
  read: { params: { files: readonly File[]; plan: ReadPlan }; result: DataFacts; news: ReadNews };
  open: { params: { files: readonly File[] }; result: ModelFacts; news: never };
  train: { params: TrainingChoice; result: ModelFacts; news: TrainingNews };
  memory: { params: TrainingChoice; result: number; news: never };
  findUsers: { params: { text: string; limit: number }; result: readonly UserLabel[]; news: never };
  findItems: { params: { text: string; limit: number }; result: readonly ItemLabel[]; news: never };
  typicalUsers: { params: { count: number }; result: readonly UserLabel[]; news: never };
  popularItems: { params: { count: number; spread: boolean }; result: readonly ItemLabel[]; news: never };
  labels: { params: { items: readonly number[] }; result: readonly ItemLabel[]; news: never };
  person: { params: { user: number; count: number }; result: PersonFacts; news: never };
  explain: { params: { user: number; item: number }; result: Reasons; news: never };
  item: {
    params: { item: number; count: number; measure: "cosine" | "dot" };
    result: ItemFacts;
    news: never;
  };
  map: { params: { x: number; y: number }; result: ItemMap; news: never };
  features: {
    params: { axes: number; count: number; minRatings: number };
    result: Features;
    news: never;
  };
  block: { params: { users: readonly number[]; items: readonly number[] }; result: BlockFacts; news: never };
  visitor: {
    params: { ratings: readonly VisitorRating[]; count: number };
    result: VisitorFacts;
    news: never;
  };
  explainVisitor: { params: { item: number }; result: Reasons; news: never };
  saveModel: { params: { foldIn: boolean }; result: SavedFile; news: never };
  saveLists: { params: { count: number }; result: SavedFile; news: ReadNews };
  saveRatings: { params: null; result: SavedFile; news: ReadNews };
  keep: { params: null; result: StoredModel; news: ReadNews };
  kept: { params: null; result: StoredModel | undefined; news: never };
  restore: { params: null; result: ModelFacts; news: never };
  forget: { params: null; result: null; news: never };
}

export type CallName = keyof Calls;

export type Request = {
  [K in CallName]: { readonly id: number; readonly call: K; readonly params: Calls[K]["params"] };
}[CallName];

export type ToWorker = Request | { readonly cancel: number };

/** An error as it crosses over: its words, and what programs branch on. */
export interface ToldError {
  readonly message: string;
  readonly code: string | undefined;
}

export type FromWorker =
  | { readonly id: number; readonly news: unknown }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: ToldError };

/** The Web Lock that the worker holds as long as it lives; its name comes after this. */
export const LIFE_LOCK = "alternant-playground-worker-";
