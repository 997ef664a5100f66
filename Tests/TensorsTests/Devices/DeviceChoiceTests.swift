import Foundation
import Tensors
import Testing

@Suite struct DeviceChoiceTests {
  @Test func names() {
    let choices: [(String, DeviceChoice)] = [
      ("auto", .automatic), ("cpu", .processor), ("vulkan", .vulkan(nil)), ("vulkan:0", .vulkan(0)),
      ("vulkan:12", .vulkan(12)),
    ]
    for (name, choice) in choices {
      #expect(DeviceChoice(name) == choice)
      #expect(choice.description == name)
    }
    for name in ["", "gpu", "vulkan:", "vulkan:-1", "vulkan:x", "CPU", "vulkan:99999999999999999999"] {
      #expect(DeviceChoice(name) == nil)
    }
  }

  @Test func theProcessorIsAlwaysThere() throws {
    #expect(try DeviceChoice.processor.open().isProcessor)
    #expect(ComputeDevice.processor.run { ComputeDevice.current.isProcessor })
    #expect(ComputeDevice.processor.memory == nil)
    #expect(throws: Never.self) { try ComputeDevice.processor.check() }
  }

  /// Otherwise tests on that device would pass on the processor.
  @Test func theEnvironmentsDeviceIsUsed() throws {
    guard let name = ProcessInfo.processInfo.environment["GUISE_DEVICE"] else { return }
    let choice = try #require(DeviceChoice(name))
    #expect(ComputeDevice.standard.identity == (try choice.open()).identity)
    #expect(ComputeDevice.current.identity == ComputeDevice.standard.identity)
  }

  @Test func aNumberWithoutADeviceIsRefused() {
    let error = #expect(throws: DeviceChoiceError.self) { try DeviceChoice.vulkan(1000).open() }
    #expect(error?.description.contains("vulkan:1000") == true)
  }

  @Test func aProcessorThatPosesAsAGPUIsOnlyTakenByItsNumber() throws {
    let devices = Machine.vulkanDevices
    guard devices.allSatisfy({ $0.contains(", processor,") }) else { return }
    #expect(try DeviceChoice.automatic.open().isProcessor)
    #expect(throws: DeviceChoiceError.self) { try DeviceChoice.vulkan(nil).open() }
    #expect(try DeviceChoice.vulkan(0).open().isProcessor == false)
  }
}
