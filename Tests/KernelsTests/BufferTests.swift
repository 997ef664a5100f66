import Kernels
import Testing

@Suite struct BufferTests {
  @Test(arguments: [0, 1, 17, 1 << 10, (1 << 20) + 3])
  func isAlignedAndHoldsItsValues(count: Int) {
    let buffer = Buffer(count: count) { values in
      for i in 0..<count { values[i] = Float(i) }
    }
    buffer.withHostValues { values in
      #expect(UInt(bitPattern: values.baseAddress) % 64 == 0)
      #expect(values.count == count)
      let sum = values.reduce(0.0) { $0 + Double($1) }
      #expect(sum == Double(count) * Double(count - 1) / 2)
    }
  }

  @Test func livingBuffersDoNotOverlap() {
    let buffers = (0..<200).map { length in Buffer(count: 100 + length) { $0.update(repeating: 0) } }
    let ranges = buffers.map { buffer in
      buffer.withHostValues { UInt(bitPattern: $0.baseAddress)..<UInt(bitPattern: $0.baseAddress! + $0.count) }
    }.sorted { $0.lowerBound < $1.lowerBound }
    for (left, right) in zip(ranges, ranges.dropFirst()) { #expect(left.upperBound <= right.lowerBound) }
  }

  /// In a process of its own, where no other test takes memory meanwhile.
  @Test func deadBuffersMakeRoomForNewOnes() async {
    await #expect(processExitsWith: .success) {
      let before = HostMemory.liveBytes
      let during = withExtendedLifetime(HostDevice.shared.filled(with: 1, count: 1 << 22)) { HostMemory.liveBytes }
      #expect(during - before == 16 << 20)
      #expect(HostMemory.liveBytes == before && HostMemory.idleBytes >= 16 << 20)
    }
  }

  @Test func aLargeBlockServesForOneThatIsLittleSmaller() async {
    await #expect(processExitsWith: .success) {
      func address(mebibytes: Int) -> UInt {
        HostDevice.shared.filled(with: 1, count: mebibytes << 18).withHostValues { UInt(bitPattern: $0.baseAddress) }
      }
      let first = address(mebibytes: 16)
      #expect(address(mebibytes: 12) == first && HostMemory.idleBytes == 16 << 20)
      #expect(address(mebibytes: 8) != first && HostMemory.idleBytes == 24 << 20)
      #expect(address(mebibytes: 16) == first && HostMemory.idleBytes == 24 << 20)
    }
  }
}
