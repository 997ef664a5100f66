import Films
import Foundation
import Images
import Pipelines
import Tensors
import Training

/// Makes film after film.
struct FilmBatch {
  let options: FilmOptions
  let quality: Int
  let overwrites: Bool
  let identity: String
  let likeness: Steadiness.Likeness
  /// What was done to the films, as in "upscaled".
  let verb: String
  let progress: FilmProgress

  /// False if one has failed. Throws the exit status if it was stopped.
  func run(_ plans: [FilmOptions.Plan], compute: (Image, any ImageSink) throws -> Void) throws -> Bool {
    var isComplete = true
    for plan in plans {
      do {
        try run(plan, compute)
      } catch let status as ExitStatus {
        throw status
      } catch {
        progress.failed(plan, "\(ErrorText.text(of: error, reading: .strict))")
        isComplete = false
      }
    }
    return isComplete
  }

  private func run(_ plan: FilmOptions.Plan, _ compute: (Image, any ImageSink) throws -> Void) throws {
    var conversion = FilmConversion()
    (conversion.codec, conversion.quality, conversion.overwrites) = (options.videoCodec, quality, overwrites)
    conversion.isBesideItself = options.preview != nil
    conversion.steadiness = Steadiness(options.steady, likeness)
    if let frames = options.frames { conversion.part = .frames(frames.range) }
    if let preview = options.preview { conversion.part = .preview(seconds: preview.seconds) }
    let outcome = try conversion.run(
      plan.input, to: plan.output, identity: identity, shouldStop: { Interruption.signal != nil },
      report: { progress.receive($0, of: plan) },
      compute: { image, sink in
        do {
          try compute(image, sink)
        } catch {
          guard let failure = DeviceFailure.behind(error) else { throw error }
          progress.note("\(plan.input.relativePath): \(failure); the processor computes it")
          try ComputeDevice.processor.runInstead { try compute(image, sink) }
        }
      })
    progress.ended(plan, outcome, verb: verb)
    if case .stopped = outcome, let signal = Interruption.signal { throw ExitStatus.interrupted(signal: signal) }
  }
}
