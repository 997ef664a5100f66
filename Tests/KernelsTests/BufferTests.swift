import Kernels
import Testing

@Suite struct BufferTests {
  @Test(arguments: [0, 1, 17, 1 << 10, (1 << 20) + 3])
  func isAlignedAndHoldsItsValues(count: Int) {
    let buffer = Buffer(count: count)
    #expect(UInt(bitPattern: buffer.pointer) % 64 == 0)
    for i in 0..<count { buffer.pointer[i] = Float(i) }
    let sum = (0..<count).reduce(0.0) { $0 + Double(buffer.pointer[$1]) }
    #expect(sum == Double(count) * Double(count - 1) / 2)
  }

  @Test func livingBuffersDoNotOverlap() {
    let buffers = (0..<200).map { Buffer(count: 100 + $0) }
    let ranges = buffers.map { buffer in
      UInt(bitPattern: buffer.pointer)..<UInt(bitPattern: buffer.pointer + buffer.count)
    }.sorted { $0.lowerBound < $1.lowerBound }
    for (left, right) in zip(ranges, ranges.dropFirst()) { #expect(left.upperBound <= right.lowerBound) }
  }
}
