import ArgumentParser
import Training

/// Reads command lines.
package enum CommandReading {
  /// The command that arguments, without the program's name, stand for.
  static func command(_ arguments: [String]) throws -> any ParsableCommand {
    try CommandName.check(arguments)
    return try RootCommand.parseAsRoot(arguments)
  }

  /// What is wrong with arguments, or with the recipe of a training that they describe, whatever files there are; nil if
  /// nothing is.
  package static func complaint(about arguments: [String]) -> String? {
    do {
      if let training = try command(arguments) as? TrainCommand { _ = try training.readRecipe() }
      return nil
    } catch {
      return RootCommand.exitCode(for: error) == .success ? nil : ErrorText.text(of: error)
    }
  }
}
