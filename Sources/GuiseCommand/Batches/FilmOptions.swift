import ArgumentParser
import Datasets
import Films
import Foundation
import Pipelines

/// The options for films among a command's inputs.
struct FilmOptions: ParsableArguments {
  @Flag(help: "Also take the films in folders. Films that are named themselves are always taken; they need ffmpeg.")
  var films = false

  @Option(
    help: ArgumentHelp(
      "How films are encoded: \(FilmCodec.allCases.map(\.rawValue).joined(separator: ", ")) (default: h264; vp9 in WebM).",
      valueName: "codec"))
  var videoCodec: FilmCodec?

  @Option(
    help: ArgumentHelp("Only some frames of a film, by their numbers from 0, the last left out.", valueName: "from:to"),
    transform: FrameNumbers.reading("two whole numbers, such as 0:250, of which either may be left out"))
  var frames: FrameNumbers?

  @Option(
    help: ArgumentHelp(
      "Only some seconds from the middle of a film, with the film itself at the left of the result.",
      valueName: "seconds"),
    transform: PreviewLength.reading("a number of seconds, such as 5 or 5s"))
  var preview: PreviewLength?

  @Option(
    help: ArgumentHelp(
      "How steady films are, from 0 (each frame by itself) to 1: results are carried over along the motion, and flicker "
        + "less.",
      valueName: "0-1"))
  var steady = 0.0

  func validate() throws {
    guard Steadiness.strengths.contains(steady) else { throw ValidationError("--steady is \(steady), expected 0 to 1") }
    if frames != nil, preview != nil { throw ValidationError("--frames and --preview both name a part: leave one out") }
  }

  /// A film and its result.
  struct Plan: Equatable {
    var input: URL
    var output: URL
  }

  /// By its name.
  static func isFilm(_ url: URL) -> Bool {
    FilmContainer.readExtensions.contains(url.pathExtension.lowercased()) && !OutputPlan.isFolder(url)
  }

  /// Of the films that are taken from folders.
  var extensionsInFolders: Set<String> { films ? FilmContainer.readExtensions : [] }

  /// What becomes of which film: those named, and with `films` those in folders.
  ///
  /// - Parameters:
  ///   - output: a folder, or the name of a single film's result; beside the films if nil.
  ///   - suffix: the ending of results' names if they lie beside their films.
  func plans(inputs: [URL], output: URL?, suffix: String) throws -> [Plan] {
    var plans: [Plan] = []
    for input in inputs {
      if Self.isFilm(input) {
        guard OutputPlan.exists(input) else { throw OutputPlan.missingError(input) }
        let name = Self.name(of: input.lastPathComponent, suffix: output == nil ? suffix : "")
        let isName =
          output.map { FilmContainer(rawValue: $0.pathExtension.lowercased()) != nil && !OutputPlan.isFolder($0) }
          ?? false
        if let output, isName {
          guard inputs.count == 1 else {
            throw ValidationError(
              "--output is the name of one film, but there are \(inputs.count) inputs: name a folder")
          }
          plans.append(Plan(input: input, output: output))
        } else {
          plans.append(Plan(input: input, output: (output ?? input.deletingLastPathComponent()).appending(path: name)))
        }
      } else if films, OutputPlan.isFolder(input) {
        let folder = output ?? URL(filePath: input.relativePath + suffix)
        let found = try ImageFolder(
          input, excluding: folder, mayBeEmpty: true, filmExtensions: extensionsInFolders)
        plans += found.films.map {
          Plan(input: input.appending(path: $0), output: folder.appending(path: Self.name(of: $0, suffix: "")))
        }
      }
    }
    let names = Dictionary(grouping: plans) { $0.output.path }
    if let clash = names.values.first(where: { $0.count > 1 }) {
      throw ValidationError(
        "\(clash[0].input.relativePath) and \(clash[1].input.relativePath) would both become "
          + "\(clash[0].output.relativePath): give one of them by itself")
    }
    return plans
  }

  /// Kinds of files that are read only become MP4.
  private static func name(of path: String, suffix: String) -> String {
    let (base, ending) = ((path as NSString).deletingPathExtension, (path as NSString).pathExtension)
    let isWritten = FilmContainer(rawValue: ending.lowercased()) != nil
    return "\(base)\(suffix).\(isWritten ? ending : "mp4")"
  }
}

extension FilmCodec: ExpressibleByArgument {}

/// The argument of `--frames`.
struct FrameNumbers: ExpressibleByArgument {
  let range: Range<Int>

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let from = parts[0].isEmpty ? 0 : Int(parts[0]),
      let to = parts[1].isEmpty ? Int.max : Int(parts[1]), from >= 0, to > from
    else { return nil }
    range = from..<to
  }
}

/// The argument of `--preview`.
struct PreviewLength: ExpressibleByArgument {
  let seconds: Double

  init?(argument: String) {
    guard let seconds = Double(argument.hasSuffix("s") ? String(argument.dropLast()) : argument), seconds > 0,
      seconds <= 3600
    else { return nil }
    self.seconds = seconds
  }
}
