import ArgumentParser
import Foundation
import Tensors

StandardStreams.open()
let status = run(Array(CommandLine.arguments.dropFirst()))
if status == ExitStatus.done.code, let failure = StandardStreams.outputFailure {
  ErrorLine.write(failure)
  exit(ExitStatus.someFilesFailed.code)
}
exit(status)

/// Runs one command and returns the exit status: 0 all done, 1 some files failed, 2 nothing could be done, 130 or 143
/// stopped by a signal.
func run(_ arguments: [String]) -> Int32 {
  if let complaint = Machine.complaint {
    ErrorLine.write(complaint)
    return ExitStatus.nothingDone.code
  }
  do {
    var command = try CommandReading.command(arguments)
    try command.run()
    return ExitStatus.done.code
  } catch let status as ExitStatus {
    return status.code
  } catch {
    if RootCommand.exitCode(for: error) == .success {
      print(RootCommand.fullMessage(for: error))
      return ExitStatus.done.code
    }
    ErrorLine.write(ErrorText.text(of: error))
    return ExitStatus.nothingDone.code
  }
}
