import Tensors

/// A function of a tensor with parameters. Layers are structs of `let`s, whose copies share their parameters.
public protocol Layer {
  func callAsFunction(_ input: Tensor) -> Tensor
}

extension Layer {
  /// All parameters with their names, which are the paths of the properties that hold them
  /// (`residual.3.second.weight`), in the order of the properties.
  public var namedParameters: [(name: String, parameter: Parameter)] {
    var found: [(String, Parameter)] = []
    visitProperties(of: self, path: "") { path, value in
      if let parameter = value as? Parameter { found.append((path, parameter)) }
    }
    return found
  }

  public var parameters: [Parameter] { namedParameters.map(\.parameter) }

  /// All running statistics with their names.
  public var namedStatistics: [(name: String, statistic: RunningStatistic)] {
    var found: [(String, RunningStatistic)] = []
    visitProperties(of: self, path: "") { path, value in
      if let statistic = value as? RunningStatistic { found.append((path, statistic)) }
    }
    return found
  }

  /// The number of values in all parameters.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.shape.count } }
}

/// Walks stored properties, arrays and optionals, down to the parameters and statistics. A test pins each model's list
/// of names and shapes, since a container that this does not enter would be skipped silently.
private func visitProperties(of value: Any, path: String, _ visit: (String, Any) -> Void) {
  for (index, child) in Mirror(reflecting: value).children.enumerated() {
    let isOptional = Mirror(reflecting: value).displayStyle == .optional
    let name = isOptional ? nil : child.label ?? String(index)
    let childPath = [path, name ?? ""].filter { !$0.isEmpty }.joined(separator: ".")
    visit(childPath, child.value)
    if child.value is Parameter || child.value is RunningStatistic { continue }
    visitProperties(of: child.value, path: childPath, visit)
  }
}
