import CVulkan

/// Records commands and submits them to the queue, many at a time, in the order of their recording.
///
/// The caller takes turns: all of it is called under the lock of `VulkanDevice`.
final class CommandStream {
  /// So many commands are submitted together: few enough that the device begins early, and enough that submissions cost
  /// little.
  static let commandsPerSubmission = 48
  /// And no more arithmetic than this, in multiply-adds, so that the slowest GPUs take a second: drivers reset a device that
  /// takes many.
  static let workPerSubmission = 1e11
  private static let commandBufferCount = 8

  let device: OpenedDevice
  private let pool: VkCommandPool
  private let buffers: [VkCommandBuffer]
  /// Counts carried-out submissions.
  private let finished: VkSemaphore
  /// The number of the submission that is being recorded, counted from 1.
  private(set) var current: UInt64 = 1
  private var recordedCommands = 0
  private var recordedWork = 0.0
  private var hazards = HazardTracker()
  /// Whether commands that `hazards` does not know came last.
  private var isBarrierDue = false
  /// Keeps the commands too, while there is one.
  var recorder: CommandRecorder?
  /// The commands so far, if they are kept for tests.
  var log: [RecordedCommand]?

  private var buffer: VkCommandBuffer { buffers[Int(current % UInt64(buffers.count))] }

  init(_ device: OpenedDevice) throws(VulkanError) {
    self.device = device
    let functions = device.functions
    var poolInfo = VkCommandPoolCreateInfo()
    poolInfo.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO
    poolInfo.flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT.rawValue
    poolInfo.queueFamilyIndex = device.queueFamily
    var pool: VkCommandPool?
    try VulkanError.check(functions.createCommandPool(device.handle, &poolInfo, nil, &pool), "vkCreateCommandPool")
    guard let pool else { throw .lost }
    self.pool = pool

    var order = VkCommandBufferAllocateInfo()
    order.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO
    order.commandPool = pool
    order.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY
    order.commandBufferCount = UInt32(Self.commandBufferCount)
    var buffers = Array(repeating: VkCommandBuffer?.none, count: Self.commandBufferCount)
    try VulkanError.check(
      functions.allocateCommandBuffers(device.handle, &order, &buffers), "vkAllocateCommandBuffers")
    self.buffers = buffers.compactMap { $0 }

    var type = VkSemaphoreTypeCreateInfo()
    type.sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO
    type.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE
    var semaphore: VkSemaphore?
    let result = withUnsafePointer(to: type) { type in
      var info = VkSemaphoreCreateInfo()
      info.sType = VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO
      info.pNext = UnsafeRawPointer(type)
      return functions.createSemaphore(device.handle, &info, nil, &semaphore)
    }
    try VulkanError.check(result, "vkCreateSemaphore")
    guard let semaphore else { throw .lost }
    finished = semaphore
  }

  /// Records one command, with a barrier before it if its accesses ask for one.
  ///
  /// - Parameter work: in multiply-adds, if they are many.
  func record(
    _ name: String, _ accesses: [MemoryAccess], work: Double = 0, _ body: (VkCommandBuffer) -> Void
  ) throws(VulkanError) {
    if recordedCommands == 0 { try begin() }
    if hazards.needsBarrier(before: accesses) || isBarrierDue {
      Self.barrier(buffer, device.functions)
      log?.append(.barrier)
      isBarrierDue = false
    }
    body(buffer)
    log?.append(.command(name, accesses))
    if let recorder, recorder.isOnItsThread { try recorder.record(name, accesses, work: work, body) }
    recordedCommands += 1
    recordedWork += work
    if recordedCommands >= Self.commandsPerSubmission || recordedWork >= Self.workPerSubmission { try submit() }
  }

  /// Waits until everything is carried out and the host can read what transfers wrote.
  func waitForHostReads() throws(VulkanError) {
    if recordedCommands == 0 { try begin() }
    Self.barrier(
      buffer, device.functions, to: VK_PIPELINE_STAGE_HOST_BIT.rawValue, VK_ACCESS_HOST_READ_BIT.rawValue)
    recordedCommands += 1
    try wait(for: current)
  }

  private func begin() throws(VulkanError) {
    if current > UInt64(buffers.count) { try wait(for: current - UInt64(buffers.count)) }
    var info = VkCommandBufferBeginInfo()
    info.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO
    info.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT.rawValue
    try VulkanError.check(device.functions.beginCommandBuffer(buffer, &info), "vkBeginCommandBuffer")
  }

  /// Orders everything before it with commands after it, or with what `stages` and `access` name.
  static func barrier(
    _ buffer: VkCommandBuffer, _ functions: DeviceFunctions,
    to stages: UInt32 = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT.rawValue | VK_PIPELINE_STAGE_TRANSFER_BIT.rawValue,
    _ access: UInt32 = VK_ACCESS_SHADER_READ_BIT.rawValue | VK_ACCESS_SHADER_WRITE_BIT.rawValue
      | VK_ACCESS_TRANSFER_READ_BIT.rawValue | VK_ACCESS_TRANSFER_WRITE_BIT.rawValue
  ) {
    var barrier = VkMemoryBarrier()
    barrier.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER
    barrier.srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT.rawValue | VK_ACCESS_TRANSFER_WRITE_BIT.rawValue
    barrier.dstAccessMask = access
    functions.pipelineBarrier(
      buffer, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT.rawValue | VK_PIPELINE_STAGE_TRANSFER_BIT.rawValue, stages, 0, 1,
      &barrier, 0, nil, 0, nil)
  }

  /// Submits what is recorded, and returns the number of the last submission.
  @discardableResult
  func submit() throws(VulkanError) -> UInt64 {
    guard recordedCommands > 0 else { return current - 1 }
    try VulkanError.check(device.functions.endCommandBuffer(buffer), "vkEndCommandBuffer")
    (recordedCommands, recordedWork) = (0, 0)
    return try submit([buffer])
  }

  /// Submits commands that were kept, after those recorded so far, and returns the number of their submission.
  func submit(_ recorder: CommandRecorder) throws(VulkanError) -> UInt64 {
    try submit()
    log? += recorder.log
    isBarrierDue = true
    return try submit(recorder.buffers)
  }

  private func submit(_ buffers: [VkCommandBuffer]) throws(VulkanError) -> UInt64 {
    let result = buffers.map { Optional($0) }.withUnsafeBufferPointer { buffers in
      withUnsafePointer(to: Optional(finished)) { semaphores in
        withUnsafePointer(to: current) { value in
          var timeline = VkTimelineSemaphoreSubmitInfo()
          timeline.sType = VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO
          timeline.signalSemaphoreValueCount = 1
          timeline.pSignalSemaphoreValues = value
          return withUnsafePointer(to: timeline) { timeline in
            var info = VkSubmitInfo()
            info.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO
            info.pNext = UnsafeRawPointer(timeline)
            info.commandBufferCount = UInt32(buffers.count)
            info.pCommandBuffers = buffers.baseAddress
            info.signalSemaphoreCount = 1
            info.pSignalSemaphores = semaphores
            return device.functions.submit(device.queue, 1, &info, nil)
          }
        }
      }
    }
    try VulkanError.check(result, "vkQueueSubmit")
    current += 1
    return current - 1
  }

  /// Waits until a submission is carried out, submitting it first if it is still being recorded.
  func wait(for submission: UInt64) throws(VulkanError) {
    if submission >= current { try submit() }
    guard submission > 0 else { return }
    let result = withUnsafePointer(to: Optional(finished)) { semaphores in
      withUnsafePointer(to: min(submission, current - 1)) { value in
        var info = VkSemaphoreWaitInfo()
        info.sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO
        info.semaphoreCount = 1
        info.pSemaphores = semaphores
        info.pValues = value
        return device.functions.waitSemaphores(device.handle, &info, UInt64.max)
      }
    }
    try VulkanError.check(result, "vkWaitSemaphores")
  }

  deinit {
    _ = device.functions.waitIdle(device.handle)
    device.functions.destroySemaphore(device.handle, finished, nil)
    device.functions.destroyCommandPool(device.handle, pool, nil)
  }
}
