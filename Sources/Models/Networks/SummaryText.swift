/// Phrases that networks' summaries share.
enum SummaryText {
  static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

  static func channels(_ configuration: some GeneratorConfiguration) -> String {
    "\(configuration.inputChannels) to \(configuration.outputChannels) channels"
  }
}
