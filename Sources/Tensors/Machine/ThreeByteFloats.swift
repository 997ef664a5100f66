import Kernels

/// Values kept in three quarters of their memory, for those that wait.
package typealias ThreeByteFloats = Kernels.ThreeByteFloats
