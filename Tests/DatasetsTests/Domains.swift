import Foundation
import Images
import TestSupport

extension TemporaryFolder {
  /// An image of one gray level, out of 255.
  @discardableResult
  func addImage(_ path: String, level: Int, width: Int = 12, height: Int = 10) throws -> URL {
    let pixels = [Float](repeating: Float(level) / 255, count: width * height)
    let image = Image(width: width, height: height, channels: 1, pixels: pixels)
    return try add(path, image.encoded(as: .png, path: path))
  }

  /// `countA` and `countB` images whose levels are 1, 2, … in A and 101, 102, … in B.
  func addDomains(_ countA: Int, _ countB: Int) throws {
    for i in 1...countA { try addImage("trainA/\(i).png", level: i) }
    for i in 1...countB { try addImage("trainB/\(i).png", level: 100 + i) }
  }
}
