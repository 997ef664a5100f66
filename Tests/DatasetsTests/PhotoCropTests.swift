import Datasets
import Images
import Tensors
import Testing

struct PhotoCropTests {
  private let sizes = [(64, 64), (341, 256), (256, 800), (64, 3000)]

  private func regions(_ crop: PhotoCrop, _ width: Int, _ height: Int, count: Int = 500) -> [ImageRegion] {
    (0..<count).map { crop.region(inWidth: width, height: height, Random(seed: 1, purpose: "crop", step: $0)) }
  }

  @Test(arguments: [0.05, 0.45, 0.9, 1])
  func coversTheAreaAskedForAtThePhotosAspect(_ smallest: Double) {
    for (width, height) in sizes {
      let crop = PhotoCrop(size: 32, smallestArea: smallest)
      var shares: [Double] = []
      for region in regions(crop, width, height) {
        #expect(region.x >= 0 && region.y >= 0 && region.width > 0 && region.height > 0)
        #expect(region.x + region.width <= width && region.y + region.height <= height)
        let (wide, high) = (Double(region.width) / Double(width), Double(region.height) / Double(height))
        // A side is rounded by up to half a pixel.
        let rounding = 0.5 / Double(region.width) + 0.5 / Double(region.height)
        #expect(wide * high >= smallest * (1 - rounding))
        #expect((1 / 1.12 / (1 + rounding)...1.12 * (1 + rounding)).contains(wide / high))
        shares.append(wide * high)
      }
      let mean = shares.reduce(0, +) / Double(shares.count)
      #expect(abs(mean - (1 + smallest) / 2) < 0.04, "mean \(mean) of \(width)x\(height)")
    }
  }

  @Test func liesAnywhere() {
    let all = regions(PhotoCrop(size: 32, smallestArea: 0.2), 100, 70)
    #expect(all.contains { $0.x == 0 } && all.contains { $0.y == 0 })
    #expect(all.contains { $0.x + $0.width == 100 } && all.contains { $0.y + $0.height == 70 })
    let across = all.map { Double(2 * $0.x + $0.width) / 200 }
    let down = all.map { Double(2 * $0.y + $0.height) / 140 }
    for centers in [across, down] {
      let mean: Double = centers.reduce(0, +) / 500
      #expect(abs(mean - 0.5) < 0.02)
    }
    let ratios = all.map { Double($0.width) * 70 / (Double($0.height) * 100) }
    #expect(ratios.contains { $0 < 0.93 } && ratios.contains { $0 > 1.07 })
  }

  @Test func theWholePhotoIsNotCropped() {
    for (width, height) in sizes {
      for region in regions(.whole(size: 32), width, height, count: 50) {
        #expect(region == ImageRegion(x: 0, y: 0, width: width, height: height))
      }
    }
  }
}
