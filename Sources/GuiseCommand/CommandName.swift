import ArgumentParser
import Models
import Training

/// Recognises misspelt commands before arguments are parsed: the parser would take the word for a stray argument, and
/// complain of the options after it.
enum CommandName {
  /// Throws `ValidationError` if the arguments begin with a word that is no command.
  static func check(_ arguments: [String], of command: any ParsableCommand.Type = RootCommand.self) throws {
    let commands = command.configuration.subcommands
    guard !commands.isEmpty, let word = arguments.first, !word.hasPrefix("-"), word != "help" else { return }
    if let named = commands.first(where: { $0.configuration.commandName == word }) {
      return try check(Array(arguments.dropFirst()), of: named)
    }
    let names = commands.compactMap { $0.configuration.commandName }
    let place = [command.configuration.commandName].compactMap { $0 == "guise" ? nil : $0 }.map { " of guise \($0)" }
    let expectation =
      NearestName.nearest(to: word, in: names).map { "did you mean \($0)?" }
      ?? "expected \(SettingText.alternatives(names))"
    throw ValidationError("there is no command \(word)\(place.joined()): \(expectation)")
  }
}
