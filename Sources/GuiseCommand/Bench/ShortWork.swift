/// Work that takes less than a clock and sleeping threads let one run of it tell.
enum ShortWork {
  /// Seconds per run, over some hundredths of a second after one untimed run.
  static func seconds(_ run: () -> Void) -> Double {
    run()
    let start = ContinuousClock.now
    var (runs, seconds) = (0, 0.0)
    while seconds < 0.01 {
      run()
      runs += 1
      seconds = (ContinuousClock.now - start) / .seconds(1)
    }
    return seconds / Double(runs)
  }
}
