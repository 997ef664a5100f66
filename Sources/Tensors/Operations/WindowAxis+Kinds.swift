import Kernels

extension WindowAxis {
  /// Windows side by side, which begin `shift` pixels after the axis does; the last one takes in what lies before the first,
  /// as a part of its own. `length` is a multiple of `size`.
  package static func shifted(size: Int, of length: Int, by shift: Int = 0) -> WindowAxis {
    precondition(length % size == 0, "\(length) pixels are not windows of \(size)")
    return WindowAxis(
      size: size, positions: (0..<length).map { Int32(($0 + shift) % length) },
      parts: (0..<length).map { $0 < length - shift ? 0 : 1 })
  }

  /// Windows of `size` pixels around windows side by side of `stride` pixels, with zeros beyond the axis.
  package static func overlapping(size: Int, stride: Int, of length: Int) -> WindowAxis {
    precondition(length % stride == 0, "\(length) pixels are not windows of \(stride)")
    let margin = (size - stride) / 2
    let positions = (0..<length / stride).flatMap { window in
      (0..<size).map { window * stride - margin + $0 }
    }
    return WindowAxis(size: size, positions: positions.map { (0..<length).contains($0) ? Int32($0) : -1 })
  }
}

extension WindowedImage {
  /// Windows side by side, shifted; see `WindowAxis`.
  package static func shifted(size: Size, of image: Size, by shift: Size = Size(0)) -> WindowedImage {
    WindowedImage(
      height: image.height, width: image.width,
      rows: .shifted(size: size.height, of: image.height, by: shift.height),
      columns: .shifted(size: size.width, of: image.width, by: shift.width))
  }
}
