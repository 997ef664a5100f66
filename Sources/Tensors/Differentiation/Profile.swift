import Synchronization

/// The nominal cost of an operation, regardless of the algorithm that computes it.
public struct Cost: Sendable, Equatable {
  /// FLOPs: a multiply-add counts as two. 0 for all operations but convolutions and matrix products, which alone are
  /// compute-bound.
  public var flops: Int
  /// Bytes read and written, counting each array once.
  public var bytes: Int

  init(flops: Int = 0, of inputs: [NDArray], _ output: NDArray) {
    self.init(flops: flops, values: (inputs + [output]).reduce(0) { $0 + $1.shape.count })
  }

  /// - Parameters:
  ///   - flops: additions and multiplications, each counted as one.
  ///   - values: how many float32 values are read and written.
  public init(flops: Int = 0, values: Int) {
    self.flops = flops
    bytes = values * MemoryLayout<Float>.size
  }
}

/// Measures time and cost by kind of operation.
///
/// Times are exclusive: each moment counts for the innermost operation only. Deferred values count for the operation
/// that reads them. A profile follows a single thread. It waits for a GPU after each operation, which takes longer than
/// going on without it.
public final class Profile: Sendable {
  public struct Entry: Sendable {
    /// The operation's name, such as "Convolution input gradient".
    public let operation: String
    public fileprivate(set) var calls = 0
    public fileprivate(set) var duration = Duration.zero
    public fileprivate(set) var cost = Cost(values: 0)
  }

  private struct State {
    var entries: [String: Entry] = [:]
    /// The time spent so far in operations nested in the one that is running.
    var nested = Duration.zero
  }

  @TaskLocal fileprivate static var active: Profile?
  static var isActive: Bool { active != nil }

  private let state = Mutex(State())

  public init() {}

  /// Sorted by time, longest first.
  public var entries: [Entry] {
    state.withLock { $0.entries.values.sorted { ($0.duration, $1.operation) > ($1.duration, $0.operation) } }
  }

  /// Runs `body` and adds the time and cost of its operations.
  public func record<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Self.$active.withValue(self, operation: body)
  }

  /// Runs `body`, which is not an operation, such as an optimiser's step, and counts it if a profile is active.
  package static func measure<Result>(
    _ name: @autoclosure () -> String, cost: @autoclosure () -> Cost, _ body: () -> Result
  ) -> Result {
    guard let profile = active else { return body() }
    return profile.measure(name(), body) { _, _ in cost() }
  }

  /// - Parameter cost: computes the cost from the result and `isOuter`, whether nested operations ran, which count
  ///   their own cost.
  fileprivate func measure<Result>(
    _ name: String, _ body: () -> Result, cost: (Result, _ isOuter: Bool) -> Cost
  ) -> Result {
    let nestedBefore = state.withLock { state in
      defer { state.nested = .zero }
      return state.nested
    }
    let start = ContinuousClock.now
    let result = body()
    ComputeDevice.current.finish()
    let elapsed = ContinuousClock.now - start
    let nested = state.withLock(\.nested)
    let cost = cost(result, nested > .zero)
    state.withLock { state in
      state.nested = nestedBefore + elapsed
      var entry = state.entries[name] ?? Entry(operation: name)
      entry.calls += 1
      entry.duration += elapsed - nested
      entry.cost.flops += cost.flops
      entry.cost.bytes += cost.bytes
      state.entries[name] = entry
    }
    return result
  }
}

extension TensorOperation {
  public var name: String { String(describing: Self.self).words }

  public func cost(of inputs: [NDArray], output: NDArray) -> Cost { Cost(of: inputs, output) }

  /// `output(of:)`, counted if a profile is active.
  func profiledOutput(of inputs: [NDArray]) -> NDArray {
    guard let profile = Profile.active else { return output(of: inputs) }
    return profile.measure(name) {
      output(of: inputs)
    } cost: { output, _ in
      cost(of: inputs, output: output)
    }
  }

  /// `gradients`, counted if a profile is active. A gradient composed of operations takes next to no time itself, since
  /// those are counted separately; a fused one takes all of it.
  func profiledGradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    guard let profile = Profile.active else { return gradients(gradient, call) }
    return profile.measure("\(name) gradient") {
      gradients(gradient, call)
    } cost: { results, isOuter in
      let arrays = [gradient] + call.inputs + results.compactMap { $0 }
      return Cost(values: isOuter ? 0 : arrays.reduce(0) { $0 + $1.shape.count })
    }
  }
}

extension String {
  /// "ConvolutionInputGradient" as "Convolution input gradient".
  var words: String {
    prefix(1).uppercased()
      + dropFirst().reduce(into: "") { $0 += $1.isUppercase ? " \($1.lowercased())" : String($1) }
  }
}
