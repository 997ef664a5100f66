import Tensors

extension InceptionBlock {
  struct Plan {
    /// In files.
    let name: String
    let branches: [InceptionBranch.Plan]
    let pooling: Pooling
    var projection: InceptionUnit.Plan?
  }
}

/// The blocks' five kinds, by the letters of torchvision's source.
extension InceptionBlock.Plan {
  private typealias Branch = InceptionBranch.Plan
  private typealias Step = (output: Int, kernel: Size)

  private static let across = Size(height: 1, width: 7), down = Size(height: 7, width: 1)

  /// Whatever halves the image has no padding.
  ///
  /// - Parameter halves: whether the last convolution does.
  private static func branch(_ name: String, _ input: Int, _ steps: [Step], halves: Bool = false) -> Branch {
    var input = input
    return Branch(
      units: steps.enumerated().map { index, step in
        defer { input = step.output }
        let isLast = halves && index == steps.count - 1
        return InceptionUnit.Plan(
          steps.count == 1 ? name : "\(name)_\(index + 1)", input, step.output, kernel: step.kernel,
          stride: isLast ? 2 : 1, isPadded: !isLast)
      })
  }

  private static func projection(_ input: Int, _ output: Int) -> InceptionUnit.Plan {
    InceptionUnit.Plan("branch_pool", input, output, kernel: Size(1))
  }

  static func a(_ name: String, _ input: Int, projected: Int, _ pooling: InceptionBlock.Pooling) -> Self {
    Self(
      name: name,
      branches: [
        branch("branch1x1", input, [(64, Size(1))]),
        branch("branch5x5", input, [(48, Size(1)), (64, Size(5))]),
        branch("branch3x3dbl", input, [(64, Size(1)), (96, Size(3)), (96, Size(3))]),
      ], pooling: pooling, projection: projection(input, projected))
  }

  static func b(_ name: String, _ input: Int) -> Self {
    Self(
      name: name,
      branches: [
        branch("branch3x3", input, [(384, Size(3))], halves: true),
        branch("branch3x3dbl", input, [(64, Size(1)), (96, Size(3)), (96, Size(3))], halves: true),
      ], pooling: .halving)
  }

  static func c(_ name: String, inner: Int, _ pooling: InceptionBlock.Pooling) -> Self {
    let input = 768
    return Self(
      name: name,
      branches: [
        branch("branch1x1", input, [(192, Size(1))]),
        branch("branch7x7", input, [(inner, Size(1)), (inner, across), (192, down)]),
        branch(
          "branch7x7dbl", input, [(inner, Size(1)), (inner, down), (inner, across), (inner, down), (192, across)]),
      ], pooling: pooling, projection: projection(input, 192))
  }

  static func d(_ name: String, _ input: Int) -> Self {
    Self(
      name: name,
      branches: [
        branch("branch3x3", input, [(192, Size(1)), (320, Size(3))], halves: true),
        branch("branch7x7x3", input, [(192, Size(1)), (192, across), (192, down), (192, Size(3))], halves: true),
      ], pooling: .halving)
  }

  static func e(_ name: String, _ input: Int, _ pooling: InceptionBlock.Pooling) -> Self {
    func fork(_ names: [String]) -> [InceptionUnit.Plan] {
      zip(names, [Size(height: 1, width: 3), Size(height: 3, width: 1)]).map {
        InceptionUnit.Plan($0, 384, 384, kernel: $1)
      }
    }
    let single = InceptionUnit.Plan("branch3x3_1", input, 384, kernel: Size(1))
    var double = branch("branch3x3dbl", input, [(448, Size(1)), (384, Size(3))])
    double.fork = fork(["branch3x3dbl_3a", "branch3x3dbl_3b"])
    return Self(
      name: name,
      branches: [
        branch("branch1x1", input, [(320, Size(1))]),
        Branch(units: [single], fork: fork(["branch3x3_2a", "branch3x3_2b"])), double,
      ], pooling: pooling, projection: projection(input, 192))
  }
}
