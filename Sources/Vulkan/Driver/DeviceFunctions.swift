import CVulkan

/// The functions of an opened device.
struct DeviceFunctions {
  let destroyDevice: PFN_vkDestroyDevice
  let getQueue: PFN_vkGetDeviceQueue
  let waitIdle: PFN_vkDeviceWaitIdle
  let createBuffer: PFN_vkCreateBuffer
  let destroyBuffer: PFN_vkDestroyBuffer
  let getBufferRequirements: PFN_vkGetBufferMemoryRequirements
  let allocateMemory: PFN_vkAllocateMemory
  let freeMemory: PFN_vkFreeMemory
  let bindBufferMemory: PFN_vkBindBufferMemory
  let mapMemory: PFN_vkMapMemory
  let getBufferAddress: PFN_vkGetBufferDeviceAddress
  let createShaderModule: PFN_vkCreateShaderModule
  let destroyShaderModule: PFN_vkDestroyShaderModule
  let createSetLayout: PFN_vkCreateDescriptorSetLayout
  let destroySetLayout: PFN_vkDestroyDescriptorSetLayout
  let createPipelineLayout: PFN_vkCreatePipelineLayout
  let destroyPipelineLayout: PFN_vkDestroyPipelineLayout
  let createPipelineCache: PFN_vkCreatePipelineCache
  let getPipelineCacheData: PFN_vkGetPipelineCacheData
  let destroyPipelineCache: PFN_vkDestroyPipelineCache
  let createComputePipelines: PFN_vkCreateComputePipelines
  let destroyPipeline: PFN_vkDestroyPipeline
  let createCommandPool: PFN_vkCreateCommandPool
  let destroyCommandPool: PFN_vkDestroyCommandPool
  let allocateCommandBuffers: PFN_vkAllocateCommandBuffers
  let beginCommandBuffer: PFN_vkBeginCommandBuffer
  let endCommandBuffer: PFN_vkEndCommandBuffer
  let bindPipeline: PFN_vkCmdBindPipeline
  let pushConstants: PFN_vkCmdPushConstants
  let pushDescriptors: PFN_vkCmdPushDescriptorSetKHR
  let dispatch: PFN_vkCmdDispatch
  let copyBuffer: PFN_vkCmdCopyBuffer
  let fillBuffer: PFN_vkCmdFillBuffer
  let pipelineBarrier: PFN_vkCmdPipelineBarrier
  let submit: PFN_vkQueueSubmit
  let createSemaphore: PFN_vkCreateSemaphore
  let destroySemaphore: PFN_vkDestroySemaphore
  let waitSemaphores: PFN_vkWaitSemaphores

  init(_ find: (String) -> PFN_vkVoidFunction?) throws(VulkanError) {
    func function<Function>(_ name: String) throws(VulkanError) -> Function {
      try VulkanLibrary.function(name, find(name))
    }
    destroyDevice = try function("vkDestroyDevice")
    getQueue = try function("vkGetDeviceQueue")
    waitIdle = try function("vkDeviceWaitIdle")
    createBuffer = try function("vkCreateBuffer")
    destroyBuffer = try function("vkDestroyBuffer")
    getBufferRequirements = try function("vkGetBufferMemoryRequirements")
    allocateMemory = try function("vkAllocateMemory")
    freeMemory = try function("vkFreeMemory")
    bindBufferMemory = try function("vkBindBufferMemory")
    mapMemory = try function("vkMapMemory")
    getBufferAddress = try function("vkGetBufferDeviceAddress")
    createShaderModule = try function("vkCreateShaderModule")
    destroyShaderModule = try function("vkDestroyShaderModule")
    createSetLayout = try function("vkCreateDescriptorSetLayout")
    destroySetLayout = try function("vkDestroyDescriptorSetLayout")
    createPipelineLayout = try function("vkCreatePipelineLayout")
    destroyPipelineLayout = try function("vkDestroyPipelineLayout")
    createPipelineCache = try function("vkCreatePipelineCache")
    getPipelineCacheData = try function("vkGetPipelineCacheData")
    destroyPipelineCache = try function("vkDestroyPipelineCache")
    createComputePipelines = try function("vkCreateComputePipelines")
    destroyPipeline = try function("vkDestroyPipeline")
    createCommandPool = try function("vkCreateCommandPool")
    destroyCommandPool = try function("vkDestroyCommandPool")
    allocateCommandBuffers = try function("vkAllocateCommandBuffers")
    beginCommandBuffer = try function("vkBeginCommandBuffer")
    endCommandBuffer = try function("vkEndCommandBuffer")
    bindPipeline = try function("vkCmdBindPipeline")
    pushConstants = try function("vkCmdPushConstants")
    pushDescriptors = try function("vkCmdPushDescriptorSetKHR")
    dispatch = try function("vkCmdDispatch")
    copyBuffer = try function("vkCmdCopyBuffer")
    fillBuffer = try function("vkCmdFillBuffer")
    pipelineBarrier = try function("vkCmdPipelineBarrier")
    submit = try function("vkQueueSubmit")
    createSemaphore = try function("vkCreateSemaphore")
    destroySemaphore = try function("vkDestroySemaphore")
    waitSemaphores = try function("vkWaitSemaphores")
  }
}
