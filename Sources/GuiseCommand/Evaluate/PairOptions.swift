import ArgumentParser
import Foundation
import Pipelines

/// The options of commands that compare results with the truth.
struct PairOptions: ParsableArguments {
  @Option(
    name: .shortAndLong, help: ArgumentHelp("The results: a file, or a folder with its subfolders.", valueName: "path"))
  var input: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The truth to compare with: a file or a folder.", valueName: "path"))
  var truth: String

  @OptionGroup var threads: ThreadOptions

  @Flag(help: "Print only results and errors, no progress or notes.")
  var quiet = false

  @Flag(help: "Print each pair's scores, then the means, as JSON objects, one per line.")
  var json = false

  /// Scores all pairs and reports them; throws the exit status if it is not 0.
  func run(_ evaluation: PairEvaluation) throws {
    threads.apply()
    let pairs = try ImagePairs(outputs: URL(filePath: input), truths: URL(filePath: truth))
    let report = PairReport(evaluation.measures, count: pairs.pairs.count, isQuiet: quiet, writesJSON: json)
    report.tell(of: pairs.folders)
    report.finish(evaluation.run(pairs.pairs, report: report.tell))
    report.list(outputsWithoutTruth: pairs.outputsWithoutTruth, truthsWithoutOutput: pairs.truthsWithoutOutput)
    if report.hasFailures { throw ExitStatus.someFilesFailed }
  }
}
