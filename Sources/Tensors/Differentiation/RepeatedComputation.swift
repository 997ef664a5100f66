import Kernels

/// A computation that is done again and again with other arrays of the same shapes, as in the steps of a training.
///
/// A GPU keeps its commands the second time, and carries them out again from then on, which saves the host from going
/// through all operations anew. The results are the same to the bit. It keeps the memory for them, too.
///
/// Where the device keeps no commands, or where the computation draws random numbers, reads values or leaves arrays behind,
/// it is done as if it stood by itself.
package final class RepeatedComputation<Key: Hashable, Information> {
  /// What the computation depends on besides its inputs' values.
  private struct Situation: Hashable {
    let key: Key
    let shapes: [Shape]
    let operands: OperandPrecision
    let device: ObjectIdentifier
  }

  private enum Stage {
    /// Done so many times without being kept.
    case done(Int)
    case kept(any DeviceRecording, shapes: [Shape], Information)
  }

  /// What cannot be repeated the first time, such as sending tables, is over after a few times.
  private static var attempts: Int { 4 }
  /// More situations than a training has in turn: the oldest are forgotten, with their memory.
  private static var situations: Int { 4 }

  private var stages: [(situation: Situation, stage: Stage)] = []

  package init() {}

  /// - Parameters:
  ///   - key: names what is computed, if there are several such things.
  ///   - constants: arrays that `body` reads besides its inputs. Their values may change in place from time to time.
  ///   - body: computes arrays, and what else is known of them, from the inputs. It must depend on nothing but the inputs,
  ///     the constants and the key.
  package func callAsFunction(
    _ key: Key, inputs: [NDArray], constants: [NDArray], _ body: ([NDArray]) -> (arrays: [NDArray], Information)
  ) -> (arrays: [NDArray], Information) {
    guard let device = device as? any RepeatingDevice, !Profile.isActive, !NonFiniteSearch.isActive else {
      return body(inputs)
    }
    let situation = Situation(
      key: key, shapes: inputs.map(\.shape), operands: GradientMode.operands, device: ObjectIdentifier(device))
    let place = stages.firstIndex { $0.situation == situation }
    let stage = place.map { stages[$0].stage } ?? .done(0)
    if let place { stages.remove(at: place) }
    let (result, next) = result(stage, device, inputs, constants, body)
    stages = [(situation, next)] + stages.prefix(Self.situations - 1)
    return result
  }

  private func result(
    _ stage: Stage, _ device: any RepeatingDevice, _ inputs: [NDArray], _ constants: [NDArray],
    _ body: ([NDArray]) -> (arrays: [NDArray], Information)
  ) -> (result: (arrays: [NDArray], Information), next: Stage) {
    switch stage {
    case .kept(let recording, let shapes, let information):
      if recording.isValid(constants: constants.map(\.buffer)),
        let results = recording.results(for: inputs.map(\.buffer))
      {
        return ((zip(results, shapes).map { NDArray($0, shape: $1) }, information), stage)
      }
      return (body(inputs), .done(1))
    case .done(let times):
      guard (1...Self.attempts).contains(times) else { return (body(inputs), .done(times + 1)) }
      return recorded(times, device, inputs, constants, body)
    }
  }

  private func recorded(
    _ times: Int, _ device: any RepeatingDevice, _ inputs: [NDArray], _ constants: [NDArray],
    _ body: ([NDArray]) -> (arrays: [NDArray], Information)
  ) -> (result: (arrays: [NDArray], Information), next: Stage) {
    let watch = RepetitionWatch()
    var known: (shapes: [Shape], information: Information)?
    let (results, recording) = RepetitionWatch.$current.withValue(watch) {
      device.recording(inputs: inputs.map(\.buffer), constants: constants.map(\.buffer)) { buffers in
        let (arrays, information) = body(zip(buffers, inputs).map { NDArray($0, shape: $1.shape) })
        known = (arrays.map(\.shape), information)
        return arrays.map(\.buffer)
      }
    }
    guard let known else { preconditionFailure("a device that computes nothing") }
    let result = (zip(results, known.shapes).map { NDArray($0, shape: $1) }, known.information)
    guard let recording, !watch.drawsRandomNumbers else { return (result, .done(times + 1)) }
    return (result, .kept(recording, shapes: known.shapes, known.information))
  }
}

/// Notices whether a computation draws random numbers, which would be others the next time.
///
/// Unchecked: used by the thread that computes; the task-local value only passes it down the call stack.
final class RepetitionWatch: @unchecked Sendable {
  @TaskLocal static var current: RepetitionWatch?

  var drawsRandomNumbers = false
}
