import CVulkan
import Foundation
import Kernels

/// A GPU, or whatever else has a Vulkan driver.
///
/// Operations are recorded and carried out in their order while the caller goes on; reading values waits for them. If
/// the device fails, by running out of memory or by a reset, operations give meaningless values from then on, and
/// `takeFailure` tells: to be asked when results are read.
///
/// Unchecked: what changes is only touched under `lock`; `memory` has a lock of its own.
package final class VulkanDevice: Device, @unchecked Sendable {
  package let adapter: Adapter
  let opened: OpenedDevice
  let memory: MemoryPool

  private let lock = NSLock()
  private let stream: CommandStream
  private let transfers: Transfers
  private let pipelines: PipelineStore
  private var failure: VulkanError?
  /// Numbers that operations look up, by their values, so that they are sent to the device once.
  private var tables: [[Int32]: VulkanBlock] = [:]
  private let poisonsBlocks: Bool
  /// All that exist.
  private var recordings: [WeakRecording] = []

  private struct WeakRecording {
    weak var recording: VulkanRecording?
  }

  /// Opens a device.
  ///
  /// - Parameters:
  ///   - memoryLimit: bytes of the device's memory to use at most; by default what its driver grants this process.
  ///   - pipelineCache: the file that keeps compiled pipelines; by default one in the user's cache folder.
  ///   - isChecked: whether new blocks are filled with NaN and commands are logged, as tests want it.
  package init(
    _ adapter: Adapter, memoryLimit: Int? = nil, pipelineCache: URL? = nil, isChecked: Bool = false
  ) throws(VulkanError) {
    self.adapter = adapter
    opened = try OpenedDevice(adapter)
    memory = MemoryPool(opened, limit: min(memoryLimit ?? .max, adapter.memory.available))
    stream = try CommandStream(opened)
    transfers = try Transfers(opened, stream)
    pipelines = PipelineStore(
      opened, cacheFile: pipelineCache.map { PipelineCacheFile($0) } ?? PipelineCacheFile(for: adapter.cacheIdentifier))
    poisonsBlocks = isChecked
    if isChecked { stream.log = [] }
  }

  /// Why results since the last call are meaningless; nil if they are not. A device that ran out of memory can be used
  /// again; a lost one cannot.
  package func takeFailure() -> VulkanError? {
    lock.withLock {
      defer { if failure != .lost { failure = nil } }
      return failure
    }
  }

  /// Waits until all operations so far are carried out.
  package func finish() {
    lock.withLock { attempt { () throws(VulkanError) in try stream.wait(for: stream.submit()) } }
  }

  /// Bytes of the device's memory in use or kept for reuse.
  package var allocatedBytes: Int { memory.allocatedBytes }
  /// Bytes of the device's memory that may be used.
  package var memoryLimit: Int { memory.limit }

  /// Messages for commands that lack a barrier, of all commands since the last call; empty if the device is not checked.
  package func takeHazards() -> [String] {
    lock.withLock {
      guard let log = stream.log else { return [] }
      stream.log = []
      return HazardCheck.violations(in: log)
    }
  }
}

/// What operations are made of.
extension VulkanDevice {
  /// A block with undefined contents.
  func block(_ count: Int, _ format: VulkanBlock.Format = .words) -> VulkanBlock {
    lock.withLock { newBlock(count, format) }
  }

  /// The values in the device's memory, as they are stored.
  func stored(_ buffer: Buffer) -> VulkanBlock { own(buffer.block(on: self)) }

  /// The values in the device's memory, in 32 bits each.
  func operand(_ buffer: Buffer) -> VulkanBlock { words(stored(buffer)) }

  /// The same, to be changed there.
  func operandForWriting(_ buffer: Buffer) -> VulkanBlock {
    let block = own(buffer.blockForWriting(on: self))
    block.derived.withLock { $0 = VulkanBlock.Derived() }
    return block
  }

  /// A block's values in 32 bits each.
  func words(_ block: VulkanBlock) -> VulkanBlock {
    guard block.format == .halves else { return block }
    if let kept = block.derived.withLock(\.widened) { return kept }
    let widened = self.block(block.count)
    run(
      .widen, [.writes(widened), .reads(block)], parameters: [block.count / 2],
      groups: .covering(block.count / 2, perGroup: 256))
    block.derived.withLock { $0.widened = widened }
    return widened
  }

  private func own(_ block: any DeviceBlock) -> VulkanBlock {
    guard let block = block as? VulkanBlock else { preconditionFailure("a block of another device") }
    return block
  }

  /// Numbers for one command, sent anew each time.
  func sent(_ words: [UInt32]) -> VulkanBlock {
    lock.withLock { words.withUnsafeBytes { sentBlock(words.count, $0) } }
  }

  /// Whole numbers that shaders look up, sent once.
  func table(_ numbers: [Int32]) -> VulkanBlock {
    lock.withLock {
      if let kept = tables[numbers] { return kept }
      let block = numbers.withUnsafeBytes { sentBlock(numbers.count, $0) }
      guard block.isUsable else { return block }
      // Tables are small; what bounds their number is that sizes of images change without end.
      if tables.count >= 1024 { tables = [:] }
      tables[numbers] = block
      return block
    }
  }

  /// Runs a shader.
  ///
  /// - Parameters:
  ///   - constants: the values of its specialization constants, in the order of their numbers.
  ///   - bindings: its buffers, in the order of theirs.
  ///   - parameters: its push constants, in order.
  ///   - subgroupThreads: of a shader that multiplies matrices, the threads that do so together.
  ///   - work: in multiply-adds, if they are many.
  ///   - others: blocks that it does not bind, but finds by their addresses.
  func run(
    _ shader: Shader, constants: [any ShaderWord] = [], _ bindings: [Binding], parameters: [any ShaderWord],
    groups: Groups, subgroupThreads: Int? = nil, work: Double = 0, touching others: [Binding] = []
  ) {
    guard groups.x > 0, groups.y > 0, groups.z > 0 else { return }
    let key = PipelineStore.Key(
      shader: shader, constants: constants.map(\.word), bufferCount: bindings.count, subgroupThreads: subgroupThreads)
    let words = parameters.map(\.word)
    lock.withLock {
      if let recorder = ownRecorder { recorder.noteUse(of: (bindings + others).map(\.block)) }
      attempt { () throws(VulkanError) in
        let pipeline = try pipelines.pipeline(key)
        try stream.dispatch(
          shader.rawValue, pipeline, bindings, parameters: words, groups, work: work, touching: others)
      }
    }
  }

  package func upload(_ values: UnsafeBufferPointer<Float>) -> any DeviceBlock {
    lock.withLock { sentBlock(values.count, UnsafeRawBufferPointer(values)) }
  }

  func download(_ block: VulkanBlock, into bytes: UnsafeMutableRawBufferPointer) {
    lock.withLock {
      ownRecorder?.isUnrepeatable = true
      attempt { () throws(VulkanError) in try transfers.receive(block, into: bytes) }
      if failure != nil { bytes.initializeMemory(as: UInt8.self, repeating: 0) }
      pipelines.saveCache()
    }
  }
}

/// What needs the lock.
extension VulkanDevice {
  /// Runs a step unless the device has failed, and notes its failure.
  private func attempt(_ body: () throws(VulkanError) -> Void) {
    guard failure == nil else { return }
    do { try body() } catch { failure = error }
  }

  private func newBlock(_ count: Int, _ format: VulkanBlock.Format = .words) -> VulkanBlock {
    var place: MemoryPlace?
    attempt { () throws(VulkanError) in place = try allocate(VulkanBlock.bytes(count, format)) }
    let block = VulkanBlock(self, count: count, format, place)
    ownRecorder?.noteMade(block)
    if poisonsBlocks { attempt { () throws(VulkanError) in try stream.fill(block, with: Float.nan.bitPattern) } }
    return block
  }

  /// A block with the host's values; without a place if the device has failed.
  private func sentBlock(_ count: Int, _ bytes: UnsafeRawBufferPointer) -> VulkanBlock {
    ownRecorder?.isUnrepeatable = true
    let block = newBlock(count)
    attempt { () throws(VulkanError) in try transfers.send(bytes, to: block) }
    return failure == nil ? block : VulkanBlock(self, count: count, .words, nil)
  }

  private func allocate(_ bytes: Int) throws(VulkanError) -> MemoryPlace {
    if bytes > adapter.largestBlock { throw .outOfMemory(bytes: bytes, limit: adapter.largestBlock) }
    if let place = try memory.take(bytes) { return place }
    try finishAndReleaseIdle()
    if let place = try memory.take(bytes) { return place }
    dropRecordings()
    memory.releaseIdle()
    guard let place = try memory.take(bytes) else { throw .outOfMemory(bytes: bytes, limit: memory.limit) }
    return place
  }

  private func finishAndReleaseIdle() throws(VulkanError) {
    tables = [:]
    try stream.wait(for: stream.submit())
    memory.releaseIdle()
  }
}

/// Recordings, which need the lock too.
extension VulkanDevice {
  /// The recorder, if there is one and it belongs to this thread.
  private var ownRecorder: CommandRecorder? { stream.recorder.flatMap { $0.isOnItsThread ? $0 : nil } }

  func beginRecording() {
    lock.withLock {
      // One at a time; a second one's commands are carried out all the same.
      guard stream.recorder == nil else { return }
      attempt { () throws(VulkanError) in stream.recorder = try CommandRecorder(opened) }
    }
  }

  /// Nil if what happened since `beginRecording` cannot be repeated.
  func endRecording(
    inputs: [VulkanBlock], outputs: [VulkanBlock], constants: [VulkanBlock]
  ) -> VulkanRecording? {
    lock.withLock {
      guard let recorder = ownRecorder else { return nil }
      stream.recorder = nil
      attempt { () throws(VulkanError) in try recorder.end() }
      let results = Set(outputs.map { ObjectIdentifier($0) })
      let leavesNothing = recorder.remainingBlocks.allSatisfy { results.contains(ObjectIdentifier($0)) }
      guard failure == nil, !recorder.isUnrepeatable, leavesNothing, !recorder.buffers.isEmpty else { return nil }
      let blocks = recorder.liveBlocks
      let freeSlots = recorder.slots.subtracting(blocks.compactMap { $0.place?.slot }).sorted {
        ($0.chunk, $0.offset) < ($1.chunk, $1.offset)
      }
      guard memory.reserve(freeSlots) else { return nil }
      let recording = VulkanRecording(
        self, constants: constants,
        VulkanRecording.Kept(
          recorder: recorder, inputs: inputs, outputs: outputs, blocks: blocks, freeSlots: freeSlots))
      recordings.removeAll { $0.recording == nil }
      recordings.append(WeakRecording(recording: recording))
      return recording
    }
  }

  func kept(of recording: VulkanRecording) -> VulkanRecording.Kept? { lock.withLock { recording.kept } }

  /// Carries a recording's commands out.
  func submit(_ recording: VulkanRecording) {
    lock.withLock {
      ownRecorder?.isUnrepeatable = true
      attempt { () throws(VulkanError) in
        guard let kept = recording.kept else { return }
        // A command buffer cannot wait twice.
        try stream.wait(for: kept.submission)
        recording.noteSubmission(try stream.submit(kept.recorder))
      }
    }
  }

  /// Gives the memory of a recording back.
  func release(_ recording: VulkanRecording) {
    lock.withLock {
      if let submission = recording.kept?.submission { try? stream.wait(for: submission) }
      for slot in recording.drop()?.freeSlots ?? [] { memory.giveBack(slot) }
    }
  }

  /// Gives the memory of all recordings back, once nothing waits to be carried out.
  private func dropRecordings() {
    stream.recorder?.isUnrepeatable = true
    for recording in recordings.compactMap(\.recording) {
      for slot in recording.drop()?.freeSlots ?? [] { memory.giveBack(slot) }
    }
    recordings = []
  }
}
