import COpenBLAS
import Foundation

/// OpenBLAS, loaded at run time rather than linked: it reads its environment variables when it is loaded, and a linked
/// library is loaded before the program can set them to choose kernels.
///
/// Debian's version 0.3.21 treats processors that it does not know as Haswell, without AVX-512, and so uses half of
/// each register.
enum OpenBLAS {
  typealias SingleMatrixProduct =
    @convention(c) (
      CBLAS_ORDER, CBLAS_TRANSPOSE, CBLAS_TRANSPOSE, blasint, blasint, blasint, Float, UnsafePointer<Float>?, blasint,
      UnsafePointer<Float>?, blasint, Float, UnsafeMutablePointer<Float>?, blasint
    ) -> Void

  /// `cblas_sgemm`, limited to the calling thread: at the sizes of networks' matrices, splitting the product among our
  /// own threads is faster than OpenBLAS's threading. Nil where the library is missing.
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
