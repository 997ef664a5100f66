import Files
import Foundation
import Images
import Pipelines

/// Makes a film of a film, frame by frame, in segments that are kept until all are done.
///
/// ffmpeg decodes and encodes; sound, subtitles, chapters and metadata are copied. The same call goes on where an earlier
/// one has stopped, and several processes may share one film.
public struct FilmConversion: Sendable {
  /// Nil for the usual one of the result's kind of file.
  public var codec: FilmCodec?
  /// 1...100; at 95, losses are small (about 43 dB in a detailed picture).
  public var quality = 95
  /// Which part of the film to make.
  public var part = FilmPart.whole
  /// Whether the film itself is shown to the left of the result.
  public var isBesideItself = false
  /// Nil if each frame is made by itself.
  public var steadiness: Steadiness?
  /// Whether a result that exists is made again.
  public var overwrites = false

  public init() {}

  /// What became of a film.
  public enum Outcome: Sendable, Equatable {
    case done(frames: Int)
    /// There is a file of the result's name.
    case skipped
    /// On request, after so many frames.
    case stopped(frames: Int)
  }

  /// - Parameters:
  ///   - identity: identifies everything that results depend on besides their frames, such as `Upscaler.identity`: what was
  ///     made with another one is made again.
  ///   - shouldStop: asked before each frame.
  ///   - report: called on the calling thread.
  ///   - compute: makes the result of one frame, on the calling thread.
  ///
  /// Throws `FilmError`, `FileError`, and what `compute` throws.
  public func run(
    _ film: URL, to output: URL, identity: String, shouldStop: () -> Bool = { false },
    report: (FilmEvent) -> Void = { _ in }, compute: (Image, any ImageSink) throws -> Void
  ) throws -> Outcome {
    guard film.resolvingSymlinksInPath().path != output.resolvingSymlinksInPath().path else {
      throw FilmError.wouldReplaceInput(path: film.relativePath)
    }
    let encoding = try FilmEncoding(codec, quality: quality, in: FilmContainer(of: output))
    if !overwrites, FileManager.default.fileExists(atPath: output.path) { return .skipped }
    let source = try FilmSource(film)
    for notice in source.notices(for: encoding) { report(.noticed(notice)) }
    guard encoding.container.hasTimes || source.times.isSteady else {
      throw FilmError.unsteadyRate(path: film.relativePath, container: encoding.container.rawValue)
    }
    let frames = try part.frames(of: source)
    let plan = FilmPlan(
      film: FileStamp(film), identity: identity, encoding: encoding, frames: frames,
      isBesideItself: isBesideItself, steadiness: steadiness)
    let work = try FilmWork(for: output, plan)
    let production = SegmentProduction(
      source: source, encoding: encoding, plan: plan, work: work)
    report(.started(frames: frames.count, done: work.finishedFrames))
    do {
      guard try production.run(shouldStop: shouldStop, report: report, compute: compute) else {
        return .stopped(frames: work.finishedFrames)
      }
      let joining = FilmJoining(source: source, encoding: encoding, plan: plan, part: part, work: work)
      let count = try work.whileJoining { segments in
        FileManager.default.fileExists(atPath: output.path) && segments.isEmpty
          ? frames.count : try joining.run(segments, to: output)
      }
      return .done(frames: count)
    } catch {
      work.removeUnlessOfUse()
      throw error
    }
  }
}

/// What a conversion tells while it runs.
public enum FilmEvent: Sendable, Equatable {
  /// Of the film, or of what becomes of it.
  case noticed(String)
  /// - Parameter done: frames that an earlier conversion has made.
  case started(frames: Int, done: Int)
  /// So many frames are done, by all processes.
  case advanced(frames: Int)
}
