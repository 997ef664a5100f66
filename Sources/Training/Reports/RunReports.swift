extension RunFolder {
  /// The listeners that write `losses.csv`, `validation.csv`, `log.txt` and `index.html`.
  public func reports() -> [any TrainingListener] {
    [LossLog(file: losses), ValidationLog(file: validation), RunLog.appending(to: log), RunPage(folder: self)]
  }
}
