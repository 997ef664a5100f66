import Foundation
import Kernels
import Testing
import Vulkan

@Suite(.needsDevice) struct DeviceTests {
  private func device(memoryLimit: Int? = nil) throws -> VulkanDevice {
    try VulkanDevice(#require(try Adapter.all().first), memoryLimit: memoryLimit)
  }

  @Test func valuesLargerThanAPieceComeBack() throws {
    let device = try device()
    let values = numbers(5 << 20)
    #expect(device.copy(of: values).values == values.values)
  }

  @Test func memoryIsUsedAgain() throws {
    let device = try device()
    for _ in 0..<50 { _ = device.filled(with: 1, count: 4 << 20).values[0] }
    #expect(device.allocatedBytes <= 256 << 20)
    #expect(device.takeFailure() == nil)
  }

  @Test func aFullMemoryIsToldOnceAndUsedAgain() throws {
    let device = try device(memoryLimit: 16 << 20)
    let small = numbers(1000)
    do {
      let large = (0..<6).map { _ in device.filled(with: 2, count: 1 << 20) }
      #expect(large[5].values.count == 1 << 20)
      guard case .outOfMemory(bytes: 4 << 20, limit: 16 << 20)? = device.takeFailure() else {
        Issue.record("no failure is told")
        return
      }
    }
    #expect(device.takeFailure() == nil)
    #expect(device.affine(small, scale: 2, shift: 0).values == small.values.map { $0 * 2 })
    #expect(device.takeFailure() == nil)
  }

  /// What is sent to a device that has failed, such as a network's weights, is sent again afterwards; what was to be
  /// computed then is missing, and that is told.
  @Test func aFailureLeavesNothingWrongBehind() throws {
    let device = try device(memoryLimit: 16 << 20)
    let weight = numbers(1000), rows = AxisMap.gathering([2, 0, 1], size: 3), columns = AxisMap.gathering([0], size: 1)
    func mapped(_ device: any Device) -> Buffer {
      device.mapped(numbers(30), rows: rows, columns: columns, batch: 1, channels: 10)
    }
    let uncomputed: [Buffer]
    do {
      let large = (0..<6).map { _ in device.filled(with: 2, count: 1 << 20) }
      uncomputed = [device.affine(weight, scale: 2, shift: 0), mapped(device), large[5]]
    }
    #expect(device.takeFailure() != nil)
    #expect(device.affine(weight, scale: 2, shift: 0).values == weight.values.map { $0 * 2 })
    #expect(mapped(device).values == mapped(HostDevice.shared).values)
    #expect(device.takeFailure() == nil)
    for buffer in uncomputed {
      _ = device.affine(buffer, scale: 1, shift: 0).values
      #expect(device.takeFailure() == .valuesMissing)
    }
  }

  @Test func differentSizesShareLittleMemory() throws {
    let device = try device(memoryLimit: 64 << 20)
    for step in 0..<40 {
      let values = device.filled(with: Float(step), count: (1 << 20) + step * 100_000)
      #expect(values.values.last == Float(step))
    }
    #expect(device.takeFailure() == nil)
  }

  @Test func aDamagedCacheIsNotRead() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "guise-cache-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appending(path: "pipelines")
    let file = PipelineCacheFile(url)
    #expect(file.contents().isEmpty)
    file.write([1, 2, 3, 4])
    #expect(file.contents() == [1, 2, 3, 4])
    var bytes = try Data(contentsOf: url)
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: url)
    #expect(file.contents().isEmpty)
  }

  @Test func whatIsCompiledIsKept() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "guise-cache-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appending(path: "pipelines")
    let device = try VulkanDevice(#require(try Adapter.all().first), pipelineCache: url)
    _ = device.affine(numbers(8), scale: 1, shift: 1).values
    #expect(!PipelineCacheFile(url).contents().isEmpty)
    let again = try VulkanDevice(#require(try Adapter.all().first), pipelineCache: url)
    #expect(again.affine(numbers(8), scale: 2, shift: 1).values == numbers(8).values.map { $0 * 2 + 1 })
  }

  /// A device without matrix units says so; with them, `HalfProductTests` shows that it is right.
  @Test func otherPrecisionsHaveAnObstacle() throws {
    let device = try device()
    #expect(device.obstacle(to: .float32) == nil)
    #expect(device.obstacle(to: .bfloat16)?.hasPrefix(device.adapter.name) == true)
    #expect(device.obstacle(to: .float16(saturates: true)) == device.adapter.obstacleToHalves)
    if let obstacle = device.adapter.obstacleToHalves { #expect(obstacle.hasPrefix(device.adapter.name)) }
  }
}
