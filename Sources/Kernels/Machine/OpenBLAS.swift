import COpenBLAS
import Foundation

/// OpenBLAS, loaded at run time rather than linked, because it reads its environment in its constructor: linked, that
/// would be before `main`, and too late to choose its kernels.
///
/// Debian's 0.3.21 takes processors newer than itself for a Haswell and then leaves half of an AVX-512 machine unused.
enum OpenBLAS {
  typealias SingleMatrixProduct =
    @convention(c) (
      CBLAS_ORDER, CBLAS_TRANSPOSE, CBLAS_TRANSPOSE, blasint, blasint, blasint, Float, UnsafePointer<Float>?, blasint,
      UnsafePointer<Float>?, blasint, Float, UnsafeMutablePointer<Float>?, blasint
    ) -> Void

  /// `cblas_sgemm`, on the calling thread alone: on matrices of a network's size, threads of our own outside do better
  /// than OpenBLAS's inside. Nil where the library is missing.
  static let singleMatrixProduct: SingleMatrixProduct? = {
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    if let kernels = kernelsForProcessor() { setenv("OPENBLAS_CORETYPE", kernels, 0) }
    for name in ["libopenblas.so.0", "libopenblas.so"] {
      guard let library = dlopen(name, RTLD_NOW | RTLD_LOCAL) else { continue }
      guard let symbol = dlsym(library, "cblas_sgemm") else { continue }
      return unsafeBitCast(symbol, to: SingleMatrixProduct.self)
    }
    return nil
  }()

  /// The value of `OPENBLAS_CORETYPE` that suits this processor, nil where OpenBLAS's own choice is right.
  private static func kernelsForProcessor() -> String? {
    Processor.hasAVX512 ? "SkylakeX" : nil
  }
}
