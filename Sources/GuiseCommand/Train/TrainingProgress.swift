import Training

/// Shows a training run on standard error: a bar on a terminal, a line every ten seconds in a pipe.
struct TrainingProgress {
  let listener: RunLog
  private let display: ProgressDisplay

  init(isQuiet: Bool) {
    let display = ProgressDisplay(isQuiet: isQuiet)
    self.display = display
    listener = RunLog(interval: display.isTerminal ? 0 : 10) { line in
      switch line {
      case .step(let text, let fraction): display.show(fraction: fraction, text: text, line: text)
      case .event(let text): display.note(text)
      }
    }
  }

  func note(_ text: String) {
    display.note(text)
  }
}
