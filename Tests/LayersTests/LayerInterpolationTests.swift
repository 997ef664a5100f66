import Layers
import Tensors
import Testing

@Suite struct LayerInterpolationTests {
  /// A norm whose parameters and statistics are all one value.
  private func norm(of value: Float) -> BatchNorm2D {
    let norm = BatchNorm2D(2)
    for parameter in norm.parameters { parameter.value = NDArray([value, value], shape: [2]) }
    for (_, statistic) in norm.namedStatistics { statistic.value = NDArray([value, value], shape: [2]) }
    return norm
  }

  @Test(arguments: [(0, 2), (0.25, 3), (1, 6)] as [(Float, Float)])
  func movesParametersAndStatistics(share: Float, expected: Float) {
    let (norm, other) = (norm(of: 2), norm(of: 6))
    norm.interpolate(towards: other, share: share)
    let values = norm.parameters.map(\.value) + norm.namedStatistics.map(\.statistic.value)
    #expect(values.count == 4)
    for value in values { #expect(value.scalars == [expected, expected]) }
    for parameter in other.parameters { #expect(parameter.value.scalars == [6, 6]) }
  }
}
