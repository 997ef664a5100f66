import Kernels
import Testing

@Suite struct ThreeByteFloatsTests {
  private func kept(_ values: [Float]) -> [Float] {
    var bytes = [UInt16](repeating: 0, count: (ThreeByteFloats.size * values.count + 1) / 2)
    return bytes.withUnsafeMutableBytes { bytes in
      let bytes = UnsafeMutableRawBufferPointer(rebasing: bytes[..<(ThreeByteFloats.size * values.count)])
      values.withUnsafeBufferPointer { ThreeByteFloats.round($0, into: bytes) }
      return [Float](unsafeUninitializedCapacity: values.count) { result, count in
        ThreeByteFloats.widen(
          UnsafeRawBufferPointer(bytes), into: UnsafeMutableBufferPointer(rebasing: result[..<values.count]))
        count = values.count
      }
    }
  }

  @Test(arguments: [1, 15, 16, 1003]) func movesValuesByLittle(count: Int) {
    let values = (0..<count).map { (index: Int) -> Float in
      let whole = index * 7919 % 1009 - 504
      return Float(whole) * 1.000123 + 1e-4
    }
    for (value, result) in zip(values, kept(values)) {
      #expect((value - result).magnitude <= 0x1p-16 * value.magnitude)
    }
    #expect(kept(kept(values)) == kept(values))
  }

  @Test func roundsToTheNearest() {
    let between: [Float] = [1 + 0x1p-17, 1 + 0x1p-16, 1 + 0x1.7fp-15]
    let above: Float = 1 + 0x1p-15
    #expect(kept(between) == [1, above, above])
    #expect(kept([-1 - 0x1p-17, 0, -0.0, .infinity]) == [-1, 0, -0.0, .infinity])
    #expect(kept([.nan])[0].isNaN)
  }
}
