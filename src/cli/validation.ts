/** "RMSE", or "NDCG@10". */
export function metricName({ metric, k }: { metric: "rmse" | "ndcg"; k?: number | undefined }): string {
  return metric === "rmse" ? "RMSE" : `NDCG@${k}`;
}
