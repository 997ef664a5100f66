import CVulkan
import Foundation

/// Keeps commands while they are recorded for the first time.
///
/// The caller takes turns: all of it is called under the lock of `VulkanDevice`.
final class CommandRecorder {
  /// Only this thread's commands are kept; others may use the device meanwhile.
  private let thread = pthread_self()
  private let device: OpenedDevice
  private let pool: VkCommandPool
  private(set) var buffers: [VkCommandBuffer] = []
  private var commands = 0
  private var work = 0.0
  private var hazards = HazardTracker()
  private(set) var log: [RecordedCommand] = [.barrier]

  /// What the commands use of the device's memory.
  private(set) var slots: Set<MemorySlot> = []
  private var touched: [ObjectIdentifier: WeakBlock] = [:]
  private var made: [WeakBlock] = []
  /// Whether something happened that cannot be repeated.
  var isUnrepeatable = false

  private struct WeakBlock {
    weak var block: VulkanBlock?
  }

  init(_ device: OpenedDevice) throws(VulkanError) {
    self.device = device
    var info = VkCommandPoolCreateInfo()
    info.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO
    info.queueFamilyIndex = device.queueFamily
    var pool: VkCommandPool?
    try VulkanError.check(device.functions.createCommandPool(device.handle, &info, nil, &pool), "vkCreateCommandPool")
    guard let pool else { throw .lost }
    self.pool = pool
  }

  var isOnItsThread: Bool { pthread_equal(thread, pthread_self()) != 0 }

  func noteMade(_ block: VulkanBlock) { made.append(WeakBlock(block: block)) }

  func noteUse(of blocks: [VulkanBlock]) {
    for block in blocks { touched[ObjectIdentifier(block)] = WeakBlock(block: block) }
  }

  /// Blocks that commands use and that still exist.
  var liveBlocks: [VulkanBlock] { touched.values.compactMap(\.block) }
  /// Blocks made meanwhile that still exist.
  var remainingBlocks: [VulkanBlock] { made.compactMap(\.block) }

  func record(
    _ name: String, _ accesses: [MemoryAccess], work: Double, _ body: (VkCommandBuffer) -> Void
  ) throws(VulkanError) {
    if buffers.isEmpty || commands >= CommandStream.commandsPerSubmission
      || self.work >= CommandStream.workPerSubmission
    {
      try beginBuffer()
    }
    guard let buffer = buffers.last else { return }
    let isFirst = slots.isEmpty
    if hazards.needsBarrier(before: accesses) || isFirst {
      CommandStream.barrier(buffer, device.functions)
      log.append(.barrier)
    }
    body(buffer)
    log.append(.command(name, accesses))
    slots.formUnion(accesses.map(\.slot))
    commands += 1
    self.work += work
  }

  /// To be called once, after the last command.
  func end() throws(VulkanError) {
    guard let buffer = buffers.last else { return }
    try VulkanError.check(device.functions.endCommandBuffer(buffer), "vkEndCommandBuffer")
  }

  private func beginBuffer() throws(VulkanError) {
    try end()
    var order = VkCommandBufferAllocateInfo()
    order.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO
    order.commandPool = pool
    order.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY
    order.commandBufferCount = 1
    var buffer: VkCommandBuffer?
    try VulkanError.check(
      device.functions.allocateCommandBuffers(device.handle, &order, &buffer), "vkAllocateCommandBuffers")
    guard let buffer else { throw .lost }
    var info = VkCommandBufferBeginInfo()
    info.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO
    try VulkanError.check(device.functions.beginCommandBuffer(buffer, &info), "vkBeginCommandBuffer")
    buffers.append(buffer)
    (commands, work) = (0, 0)
  }

  deinit { device.functions.destroyCommandPool(device.handle, pool, nil) }
}
