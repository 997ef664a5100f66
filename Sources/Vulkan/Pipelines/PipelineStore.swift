import CVulkan

/// A compute pipeline, and the layout of what it binds.
struct Pipeline {
  let handle: VkPipeline
  let layout: VkPipelineLayout
}

/// Makes pipelines when they are first needed, and keeps them; what the driver compiled is kept on disk as well.
///
/// The caller takes turns: all of it is called under the lock of `VulkanDevice`.
final class PipelineStore {
  /// A shader with the values of its specialization constants, in the order of their numbers, and its number of buffers.
  struct Key: Hashable {
    var shader: Shader
    var constants: [UInt32]
    var bufferCount: Int
    /// Of a shader that multiplies matrices; others take what the driver chooses.
    var subgroupThreads: Int?
  }

  private struct Layout {
    let set: VkDescriptorSetLayout
    let pipeline: VkPipelineLayout
  }

  /// Every device has at least so many bytes for a dispatch's parameters.
  static let parameterBytes = 128

  private let device: OpenedDevice
  private let cache: VkPipelineCache?
  private let cacheFile: PipelineCacheFile?
  private var unsavedPipelines = 0
  private var pipelines: [Key: Pipeline] = [:]
  /// By the number of buffers.
  private var layouts: [Int: Layout] = [:]

  init(_ device: OpenedDevice, cacheFile: PipelineCacheFile?) {
    self.device = device
    self.cacheFile = cacheFile
    var cache: VkPipelineCache?
    let kept = cacheFile?.contents() ?? []
    kept.withUnsafeBytes { bytes in
      var info = VkPipelineCacheCreateInfo()
      info.sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO
      info.initialDataSize = bytes.count
      info.pInitialData = bytes.baseAddress
      _ = device.functions.createPipelineCache(device.handle, &info, nil, &cache)
    }
    self.cache = cache
  }

  func pipeline(_ key: Key) throws(VulkanError) -> Pipeline {
    if let kept = pipelines[key] { return kept }
    let layout = try layout(bufferCount: key.bufferCount)
    let made = Pipeline(handle: try compile(key, layout.pipeline), layout: layout.pipeline)
    pipelines[key] = made
    unsavedPipelines += 1
    return made
  }

  private func layout(bufferCount: Int) throws(VulkanError) -> Layout {
    if let kept = layouts[bufferCount] { return kept }
    let functions = device.functions
    let bindings = (0..<bufferCount).map { index in
      var binding = VkDescriptorSetLayoutBinding()
      binding.binding = UInt32(index)
      binding.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER
      binding.descriptorCount = 1
      binding.stageFlags = VK_SHADER_STAGE_COMPUTE_BIT.rawValue
      return binding
    }
    var set: VkDescriptorSetLayout?
    let setResult = bindings.withUnsafeBufferPointer { bindings in
      var info = VkDescriptorSetLayoutCreateInfo()
      info.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO
      info.flags = VK_DESCRIPTOR_SET_LAYOUT_CREATE_PUSH_DESCRIPTOR_BIT_KHR.rawValue
      info.bindingCount = UInt32(bindings.count)
      info.pBindings = bindings.baseAddress
      return functions.createSetLayout(device.handle, &info, nil, &set)
    }
    try VulkanError.check(setResult, "vkCreateDescriptorSetLayout")
    var pipeline: VkPipelineLayout?
    let result = withUnsafePointer(to: set) { sets in
      let range = VkPushConstantRange(
        stageFlags: VK_SHADER_STAGE_COMPUTE_BIT.rawValue, offset: 0, size: UInt32(Self.parameterBytes))
      return withUnsafePointer(to: range) { range in
        var info = VkPipelineLayoutCreateInfo()
        info.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO
        info.setLayoutCount = 1
        info.pSetLayouts = sets
        info.pushConstantRangeCount = 1
        info.pPushConstantRanges = range
        return functions.createPipelineLayout(device.handle, &info, nil, &pipeline)
      }
    }
    try VulkanError.check(result, "vkCreatePipelineLayout")
    guard let set, let pipeline else { throw .lost }
    let layout = Layout(set: set, pipeline: pipeline)
    layouts[bufferCount] = layout
    return layout
  }

  private func compile(_ key: Key, _ layout: VkPipelineLayout) throws(VulkanError) -> VkPipeline {
    let functions = device.functions
    let words = key.shader.words
    var moduleInfo = VkShaderModuleCreateInfo()
    moduleInfo.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO
    moduleInfo.codeSize = words.count * MemoryLayout<UInt32>.stride
    moduleInfo.pCode = words.baseAddress
    var module: VkShaderModule?
    try VulkanError.check(
      functions.createShaderModule(device.handle, &moduleInfo, nil, &module), "vkCreateShaderModule")
    defer { functions.destroyShaderModule(device.handle, module, nil) }

    let entries = key.constants.indices.map { index in
      VkSpecializationMapEntry(
        constantID: UInt32(index), offset: UInt32(index * MemoryLayout<UInt32>.stride),
        size: MemoryLayout<UInt32>.stride)
    }
    let subgroup = DriverStructure(VkPipelineShaderStageRequiredSubgroupSizeCreateInfo())
    subgroup.pointer.pointee.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_REQUIRED_SUBGROUP_SIZE_CREATE_INFO
    subgroup.pointer.pointee.requiredSubgroupSize = UInt32(key.subgroupThreads ?? 0)
    var pipeline: VkPipeline?
    let result = entries.withUnsafeBufferPointer { entries in
      key.constants.withUnsafeBytes { constants in
        let specialization = VkSpecializationInfo(
          mapEntryCount: UInt32(entries.count), pMapEntries: entries.baseAddress, dataSize: constants.count,
          pData: constants.baseAddress)
        return withUnsafePointer(to: specialization) { specialization in
          "main".withCString { name in
            var info = VkComputePipelineCreateInfo()
            info.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO
            info.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO
            info.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT
            info.stage.module = module
            info.stage.pName = name
            info.stage.pSpecializationInfo = specialization
            info.layout = layout
            if key.subgroupThreads != nil {
              info.stage.pNext = UnsafeRawPointer(subgroup.pointer)
              info.stage.flags = VK_PIPELINE_SHADER_STAGE_CREATE_REQUIRE_FULL_SUBGROUPS_BIT.rawValue
            }
            return withExtendedLifetime(subgroup) {
              functions.createComputePipelines(device.handle, cache, 1, &info, nil, &pipeline)
            }
          }
        }
      }
    }
    try VulkanError.check(result, "vkCreateComputePipelines of \(key.shader.rawValue)")
    guard let pipeline else { throw .lost }
    return pipeline
  }

  /// Writes what the driver compiled since the last time to the cache's file. A failure only costs time later.
  func saveCache() {
    guard unsavedPipelines > 0, let cache, let cacheFile else { return }
    unsavedPipelines = 0
    var size = 0
    guard device.functions.getPipelineCacheData(device.handle, cache, &size, nil) == VK_SUCCESS else { return }
    var bytes = [UInt8](repeating: 0, count: size)
    guard device.functions.getPipelineCacheData(device.handle, cache, &size, &bytes) == VK_SUCCESS else { return }
    cacheFile.write(Array(bytes.prefix(size)))
  }

  deinit {
    let functions = device.functions
    _ = functions.waitIdle(device.handle)
    for pipeline in pipelines.values { functions.destroyPipeline(device.handle, pipeline.handle, nil) }
    for layout in layouts.values {
      functions.destroyPipelineLayout(device.handle, layout.pipeline, nil)
      functions.destroySetLayout(device.handle, layout.set, nil)
    }
    functions.destroyPipelineCache(device.handle, cache, nil)
  }
}
