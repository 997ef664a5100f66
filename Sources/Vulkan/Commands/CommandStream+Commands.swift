import CVulkan

/// The number of workgroups along each axis.
struct Groups {
  var x: Int
  var y = 1
  var z = 1

  /// At least `count` groups in two axes, since every device takes 65,535 groups in each but some not more. A shader that
  /// is run so counts its groups as `groupIndex()` of common.glsl does.
  static func covering(_ count: Int, perGroup: Int) -> Groups {
    let groups = (count + perGroup - 1) / perGroup
    let x = min(groups, 32768)
    return Groups(x: x, y: x == 0 ? 0 : (groups + x - 1) / x)
  }
}

/// A block that a shader binds, and how it uses it.
struct Binding {
  let block: VulkanBlock
  let mode: MemoryAccess.Mode

  static func reads(_ block: VulkanBlock) -> Binding { Binding(block: block, mode: .reads) }
  static func writes(_ block: VulkanBlock) -> Binding { Binding(block: block, mode: .writes) }
  static func updates(_ block: VulkanBlock) -> Binding { Binding(block: block, mode: .updates) }
}

/// The commands that operations are made of.
extension CommandStream {
  /// Runs a shader with its buffers and its parameters.
  ///
  /// - Parameter others: blocks that it does not bind, but finds by their addresses.
  func dispatch(
    _ name: String, _ pipeline: Pipeline, _ bindings: [Binding], parameters: [UInt32], _ groups: Groups, work: Double,
    touching others: [Binding] = []
  ) throws(VulkanError) {
    let places = bindings.compactMap(\.block.place), otherPlaces = others.compactMap(\.block.place)
    guard places.count == bindings.count, otherPlaces.count == others.count else { throw .valuesMissing }
    precondition(
      max(groups.x, groups.y, groups.z) <= 65535 && parameters.count * 4 <= PipelineStore.parameterBytes,
      "\(name) is run with \(groups) and \(parameters.count) parameters")
    let accesses = zip(places + otherPlaces, bindings + others).map { MemoryAccess(slot: $0.slot, mode: $1.mode) }
    let functions = device.functions
    try record(name, accesses, work: work) { commands in
      functions.bindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline.handle)
      let ranges = places.map { place in
        VkDescriptorBufferInfo(
          buffer: place.chunk.buffer, offset: VkDeviceSize(place.slot.offset), range: VkDeviceSize(place.slot.size))
      }
      ranges.withUnsafeBufferPointer { ranges in
        let writes = ranges.indices.map { index in
          var write = VkWriteDescriptorSet()
          write.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET
          write.dstBinding = UInt32(index)
          write.descriptorCount = 1
          write.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER
          write.pBufferInfo = ranges.baseAddress! + index
          return write
        }
        functions.pushDescriptors(
          commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline.layout, 0, UInt32(writes.count), writes)
      }
      if !parameters.isEmpty {
        functions.pushConstants(
          commands, pipeline.layout, VK_SHADER_STAGE_COMPUTE_BIT.rawValue, 0, UInt32(parameters.count * 4), parameters)
      }
      functions.dispatch(commands, UInt32(groups.x), UInt32(groups.y), UInt32(groups.z))
    }
  }

  /// Fills a block with a 32-bit word, all of its memory.
  func fill(_ block: VulkanBlock, with word: UInt32) throws(VulkanError) {
    guard let place = block.place else { return }
    try record("fill", [MemoryAccess(slot: place.slot, mode: .writes)]) { commands in
      device.functions.fillBuffer(
        commands, place.chunk.buffer, VkDeviceSize(place.slot.offset), VkDeviceSize(place.slot.size), word)
    }
  }

  /// Copies bytes between buffers.
  func copy(
    _ name: String, bytes: Int, from source: (buffer: VkBuffer, offset: Int),
    to target: (buffer: VkBuffer, offset: Int),
    _ accesses: [MemoryAccess]
  ) throws(VulkanError) {
    try record(name, accesses) { commands in
      var region = VkBufferCopy(
        srcOffset: VkDeviceSize(source.offset), dstOffset: VkDeviceSize(target.offset), size: VkDeviceSize(bytes))
      device.functions.copyBuffer(commands, source.buffer, target.buffer, 1, &region)
    }
  }
}
