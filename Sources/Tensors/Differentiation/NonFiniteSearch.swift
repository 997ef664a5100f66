import Synchronization

/// The first result of a computation that holds an infinity or a value that is not a number.
public struct NonFiniteResult: Sendable, Equatable {
  /// The operation's name, as in profiles.
  public let operation: String
  /// The result's.
  public let shape: Shape
  /// A named variable that the operation read and that holds such values itself: then it, and not the operation, is at
  /// fault.
  public let variable: String?
  /// The named variable that this operation or else the last one before it read, which tells the place in a network.
  public let place: String?
}

/// Looks at the result of each operation, forwards and backwards, for the first that is not finite.
///
/// Every result is computed at once and read, so this is for a computation that has failed. A search follows a single
/// thread.
public final class NonFiniteSearch: Sendable {
  private struct State {
    var names: [ObjectIdentifier: String] = [:]
    var place: String?
    var first: NonFiniteResult?
  }

  @TaskLocal fileprivate static var active: NonFiniteSearch?
  static var isActive: Bool { active != nil }

  private let state = Mutex(State())

  public init() {}

  /// What was found first; nil if every result so far was finite.
  public var first: NonFiniteResult? { state.withLock(\.first) }

  /// Names variables, such as parameters; constants are left out. An update makes a new variable of a parameter, which must
  /// then be named again.
  public func name(_ variables: [(name: String, variable: Tensor)]) {
    state.withLock { state in
      for (name, variable) in variables {
        if let node = variable.node { state.names[ObjectIdentifier(node)] = name }
      }
    }
  }

  /// Runs `body` and looks at the results of its operations.
  public func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Self.$active.withValue(self, operation: body)
  }

  fileprivate func look(at results: [NDArray], of operation: String, _ inputs: [Tensor]) {
    guard first == nil else { return }
    let named = inputs.compactMap { input in
      input.node.flatMap { node in state.withLock { $0.names[ObjectIdentifier(node)] } }.map { ($0, input) }
    }
    let broken = results.first { !$0.isFinite }
    state.withLock { state in
      if let (name, _) = named.first { state.place = name }
      guard let broken else { return }
      state.first = NonFiniteResult(
        operation: operation, shape: broken.shape, variable: named.first { !$0.1.value.isFinite }?.0, place: state.place
      )
    }
  }
}

extension TensorOperation {
  /// The output, counted if a profile is active and looked at if a search is.
  func observedOutput(of inputs: [Tensor]) -> NDArray {
    let output = profiledOutput(of: inputs.map(\.value))
    NonFiniteSearch.active?.look(at: [output], of: name, inputs)
    return output
  }

  /// The same for gradients.
  func observedGradients(_ gradient: Tensor, _ call: Call) -> [Tensor?] {
    let gradients = profiledGradients(gradient, call)
    NonFiniteSearch.active?.look(at: gradients.compactMap { $0?.value }, of: "\(name) gradient", call.inputs)
    return gradients
  }
}

extension NDArray {
  /// Whether all values are, which is read from the device.
  fileprivate var isFinite: Bool { withHostMemory { $0.allSatisfy(\.isFinite) } }
}
