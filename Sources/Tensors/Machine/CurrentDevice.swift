import Kernels

/// Where operations run.
var device: any Device { Devices.current }
