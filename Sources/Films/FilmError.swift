import Foundation

/// Why a film cannot be read or made.
public enum FilmError: Error, Equatable, CustomStringConvertible, LocalizedError {
  /// ffmpeg or ffprobe is not on the path.
  case noProgram(String)
  /// In the words of ffmpeg.
  case failed(path: String, reason: String)
  case noVideo(path: String)
  case noFrames(path: String)
  case unusableContainer(path: String, expected: [String])
  case unusableCodec(String, container: String, expected: [String])
  /// AVI files have no times of frames.
  case unsteadyRate(path: String, container: String)
  case unusableRange(path: String, frames: Int)
  case wouldReplaceInput(path: String)
  /// A frame has another size than the first, or the network changed the size of results.
  case changedSize(path: String, frame: Int)
  case incomplete(path: String, found: Int, expected: Int)

  public var description: String {
    switch self {
    case .noProgram(let name):
      "\(name) is not on the path: films need ffmpeg, as had by apt-get install ffmpeg"
    case .failed(let path, let reason): "\(path): ffmpeg says: \(reason)"
    case .noVideo(let path): "\(path): has no moving pictures, expected a film"
    case .noFrames(let path): "\(path): not one frame can be decoded"
    case .unusableContainer(let path, let expected):
      "cannot write \(path): expected a name that ends in \(expected.joined(separator: ", "))"
    case .unusableCodec(let name, let container, let expected):
      "\(name) is no codec for \(container) files, expected \(expected.joined(separator: ", "))"
    case .unsteadyRate(let path, let container):
      "\(path): its frames do not follow one another at one rate, which \(container) files cannot have: choose another kind "
        + "of file"
    case .unusableRange(let path, let frames): "\(path): has \(frames) frames, and none of them is asked for"
    case .wouldReplaceInput(let path): "\(path): the result would replace the film: choose another name"
    case .changedSize(let path, let frame):
      "\(path): the result of frame \(frame) has another size than those before it"
    case .incomplete(let path, let found, let expected):
      "\(path): has \(found) frames, expected \(expected): make it again"
    }
  }

  public var errorDescription: String? { description }
}
