import Kernels

/// The device on which operations run.
var device: any Device { Devices.current }
