import Images
import Tensors
import TestSupport
import Testing

/// Distances of sets of features. `scripts/golden/distances.py` says what is in the golden file.
@Suite struct FeatureDistanceTests {
  private static func set(_ array: NDArray) -> FeatureSet {
    let (values, dimension) = (array.scalars, array.shape[1])
    var set = FeatureSet(dimension: dimension)
    for row in 0..<array.shape[0] { set.append(Array(values[row * dimension..<(row + 1) * dimension])) }
    return set
  }

  @Test(arguments: ["few", "many", "mixed"]) func areThoseOfPyTorchFIDAndNumPy(name: String) throws {
    let golden = try GoldenFile("distances").arrays(under: "features.\(name)/")
    let (a, b) = (Self.set(golden["a"]!), Self.set(golden["b"]!))
    let (fid, kid) = (Double(golden["fid"]!.scalar), Double(golden["kid"]!.scalar))
    for (first, second) in [(a, b), (b, a)] {
      let found = try #require(first.frechetDistance(to: second))
      #expect(abs(found - fid) < 1e-4 * fid, "\(name): FID \(found) instead of \(fid)")
      let foundKID = try #require(first.kernelDistance(to: second))
      #expect(abs(foundKID - kid) < 1e-4 * kid, "\(name): KID \(foundKID) instead of \(kid)")
    }
    let rows = golden["rows"]!
    for (index, expected) in golden["subsets"]!.scalars.enumerated() {
      let drawn = rows.scalars[index * rows.shape[1]..<(index + 1) * rows.shape[1]].map { Int($0) }
      let found = try #require(a.selecting(drawn).kernelDistance(to: b.selecting(drawn)))
      #expect(abs(found - Double(expected)) < 1e-4 * Double(abs(expected)), "\(name) subset \(index)")
    }
  }

  @Test(arguments: ["few", "many", "mixed"]) func precisionAndRecallAreThoseOfPyTorch(name: String) throws {
    let golden = try GoldenFile("distances").arrays(under: "features.\(name)/")
    let found = try #require(Self.set(golden["a"]!).precisionAndRecall(beside: Self.set(golden["b"]!)))
    #expect(abs(found.precision - Double(golden["precision"]!.scalar)) < 1e-6, "\(name): precision \(found.precision)")
    #expect(abs(found.recall - Double(golden["recall"]!.scalar)) < 1e-6, "\(name): recall \(found.recall)")
    let score = FeatureSet.inceptionScore(of: withoutGradients { Tensor(golden["a"]!).softmax().value })
    #expect(abs(score / Double(golden["score"]!.scalar) - 1) < 1e-4, "\(name): score \(score)")
  }

  @Test func whatIsLeftOutAndWhatIsWrongAreToldApart() throws {
    // Two places far from each other; all made images are at one of them, or half of them nowhere.
    func points(_ purpose: String, shift: Float = 0) -> Tensor {
      Tensor(randomValues(shape: [40, 6], purpose)) + shift
    }
    func joined(_ sets: Tensor...) -> FeatureSet { Self.set(withoutGradients { concatenated(sets, axis: 0).value }) }
    let (near, far) = (points("near"), points("far", shift: 50))
    let reference = joined(near, far)
    let left = try #require(joined(points("other")).precisionAndRecall(beside: reference))
    #expect(left.precision > 0.7 && left.recall > 0.3 && left.recall <= 0.5)
    let wrong = try #require(joined(near, far, points("nowhere", shift: -50)).precisionAndRecall(beside: reference))
    #expect(abs(wrong.precision - 2.0 / 3) < 1e-9 && wrong.recall == 1)
    let few = Self.normal(3, 6, "few").precisionAndRecall(beside: reference)
    #expect(few == nil)
  }

  @Test func theInceptionScoreCountsClasses() {
    let sure = NDArray((0..<16).map { $0 % 5 == 0 ? 1 : 0 }, shape: [4, 4])
    #expect(abs(FeatureSet.inceptionScore(of: sure) - 4) < 1e-6)
    #expect(abs(FeatureSet.inceptionScore(of: NDArray(repeating: 0.25, shape: [4, 4])) - 1) < 1e-6)
    #expect(
      abs(FeatureSet.inceptionScore(of: NDArray((0..<16).map { $0 % 4 == 2 ? 1 : 0 }, shape: [4, 4])) - 1) < 1e-6)
  }

  private static func normal(_ count: Int, _ dimension: Int, _ purpose: String, shift: Float = 0) -> FeatureSet {
    let values = randomValues(shape: [count, dimension], purpose).scalars
    return set(NDArray(values.map { $0 + shift }, shape: [count, dimension]))
  }

  @Test func subsetsSpreadAroundTheWhole() throws {
    let (a, b) = (Self.normal(120, 8, "a"), Self.normal(150, 8, "b", shift: 0.5))
    let whole = try #require(a.kernelDistance(to: b))
    let (mean, deviation) = try #require(a.kernelDistances(to: b, subsets: 60, size: 40))
    #expect(deviation > 0 && abs(mean - whole) < deviation)
    // A thousand images make a subset.
    let isTooSmall = a.kernelDistances(to: b) == nil
    #expect(isTooSmall)
  }

  @Test func aSetIsNearItselfAndEqualSetsHaveNoFrechetDistance() throws {
    let a = Self.normal(40, 12, "a")
    #expect(abs(try #require(a.frechetDistance(to: a))) < 1e-6)
    // Without bias, equal sets come out a little below 0.
    #expect(try #require(a.kernelDistance(to: a)) < 0)
    let few = Self.normal(5, 12, "few")
    #expect(abs(try #require(few.frechetDistance(to: few))) < 1e-5)
  }

  @Test func oneImageHasNoDistribution() {
    let (one, many) = (Self.normal(1, 4, "one"), Self.normal(9, 4, "many"))
    #expect(one.frechetDistance(to: many) == nil && many.frechetDistance(to: one) == nil)
    #expect(one.kernelDistance(to: many) == nil && many.kernelDistance(to: one) == nil)
    #expect(many.kernelDistance(to: Self.normal(9, 5, "other")) == nil)
  }

  /// Of matrices whose eigenvalues are known: with some of them equal or 0.
  @Test(arguments: [1, 2, 3, 17, 64]) func eigenvaluesAreFound(size: Int) {
    let expected = (0..<size).map { Double($0 / 3) }
    // A reflection by a random vector keeps eigenvalues.
    let vector = randomValues(shape: [size], "vector").scalars.map { Double($0) }
    let square = vector.reduce(0) { $0 + $1 * $1 }
    let reflection = { (row: Int, column: Int) in (row == column ? 1 : 0) - 2 * vector[row] * vector[column] / square }
    let scaled = Matrix(rows: size, columns: size) { reflection($0, $1) * expected[$1] }
    let matrix = scaled.product(withTransposed: Matrix(rows: size, columns: size, reflection))
    let found = matrix.symmetricEigenvalues.sorted()
    for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-12 * Double(size)) }
    #expect(found.count == size)
  }

  @Test func aFactorMultipliesToItsMatrix() {
    let (rows, rank) = (9, 4)
    let values = randomValues(shape: [rows, rank], "rows").scalars
    let matrix = Matrix(rows: rows, columns: rank) { Double(values[$0 * rank + $1]) }.gram
    let factor = matrix.choleskyFactor
    let product = factor.product(withTransposed: factor)
    for row in 0..<rows {
      for column in 0..<rows { #expect(abs(product[row, column] - matrix[row, column]) < 1e-12) }
      for column in row + 1..<max(row + 1, rows) { #expect(factor[row, column] == 0) }
    }
  }
}
