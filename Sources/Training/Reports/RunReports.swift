extension RunFolder {
  /// The listeners that write `losses.csv`, `measures.csv`, `validation.csv`, `log.txt`, `run.json`, `index.html` and, where a recipe
  /// asks for them, TensorBoard's event files.
  public func reports() -> [any TrainingListener] {
    [
      LossLog(file: losses), LossLog(measuresIn: measures), ValidationLog(file: validation), RunLog.appending(to: log),
      RunStatusLog(file: status), RunPage(folder: self), TensorBoardLog(folder: root),
    ]
  }
}
