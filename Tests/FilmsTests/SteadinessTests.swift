import Films
import Foundation
import Images
import Pipelines
import TestSupport
import Testing

/// Films whose motion is known, made steady.
struct SteadinessTests {
  private static let (width, height) = (96, 64)

  /// Smooth texture, and grain of its own in each frame.
  private static func texture(_ row: Double, _ column: Double) -> Double {
    0.5 + 0.18 * sin(0.31 * row + 0.17 * column) * cos(0.23 * column - 0.11 * row) + 0.12 * sin(0.61 * column)
      + 0.1 * cos(0.53 * row)
  }

  private static func noise(_ frame: Int, _ index: Int) -> Double {
    var state = UInt64(frame) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(index) &* 0xBF58_476D_1CE4_E5B9
    state ^= state >> 31
    state = state &* 0x94D0_49BB_1331_11EB
    return Double((state ^ state >> 29) % 1000) / 1000 - 0.5
  }

  private func picture(_ value: (_ row: Double, _ column: Double) -> Double) -> Image {
    var pixels: [Float] = []
    for row in 0..<Self.height {
      for column in 0..<Self.width {
        let value = Float(value(Double(row), Double(column)))
        pixels += [value, 0.8 * value, 0.5 * value]
      }
    }
    return Image(width: Self.width, height: Self.height, channels: 3, pixels: pixels)
  }

  /// A frame of a camera that moves 1.5 pixels to the right and half a pixel down.
  private func panned(_ frame: Int) -> Image {
    picture { Self.texture($0 + 0.5 * Double(frame), $1 + 1.5 * Double(frame)) }
  }

  /// What a network might make of a frame: values that change from frame to frame.
  private func flickering(_ image: Image, _ frame: Int) -> Image {
    Image(
      width: image.width, height: image.height, channels: 3,
      pixels: image.pixels.enumerated().map { $1 + Float(0.1 * Self.noise(frame, $0) + 0.02 * sin(2 * Double(frame))) })
  }

  private func difference(_ first: Image, _ second: Image, in columns: Range<Int> = 0..<width) -> Float {
    var (sum, count) = (Float(0), Float(0))
    for row in 0..<Self.height {
      for index in (row * Self.width + columns.lowerBound) * 3..<(row * Self.width + columns.upperBound) * 3 {
        sum += abs(first.pixels[index] - second.pixels[index])
        count += 1
      }
    }
    return sum / count
  }

  private func steadied(
    _ strength: Double, _ likeness: Steadiness.Likeness = .none, frames: [Image], results: [Image]
  ) throws -> [Image] {
    var steady = SteadyFrames(try #require(Steadiness(strength, likeness)))
    return zip(frames, results).map { steady.steadied($1, of: $0) }
  }

  @Test func motionIsFound() {
    let motion = Motion(
      of: Pyramid(Lightness(of: panned(1)).plane), in: Pyramid(Lightness(of: panned(0)).plane))
    // What is at the left border has just come into view or is near to what has.
    let inside = (8..<Self.height - 8).flatMap { row in (8..<Self.width - 8).map { row * Self.width + $0 } }
    let errors = inside.map { max(abs(motion.rows.values[$0] - 0.5), abs(motion.columns.values[$0] - 1.5)) }.sorted()
    #expect(errors[errors.count / 2] < 0.1 && errors[errors.count * 9 / 10] < 0.3, "\(errors[errors.count / 2])")
  }

  @Test func whatMovesFlickersLess() throws {
    let frames = (0..<8).map(panned)
    let results = frames.enumerated().map { flickering($1, $0) }
    let steady = try steadied(1, frames: frames, results: results)
    func flicker(_ results: [Image]) -> Float {
      (1..<8).map { frame in
        // A whole number of pixels in two frames, and in one: neighbours two frames apart are 3 columns and 1 row apart.
        guard frame > 1 else { return 0 }
        var sum: Float = 0
        for row in 8..<Self.height - 8 {
          for column in 8..<Self.width - 8 {
            let (now, then) = ((row * Self.width + column) * 3, ((row + 1) * Self.width + column + 3) * 3)
            sum += abs(results[frame].pixels[now] - results[frame - 2].pixels[then])
          }
        }
        return sum
      }.reduce(0, +)
    }
    #expect(flicker(steady) < 0.6 * flicker(results), "\(flicker(steady) / flicker(results))")
    let errors = (difference(steady[7], frames[7]), difference(results[7], frames[7]))
    #expect(errors.0 < 0.8 * errors.1, "\(errors)")
  }

  @Test func nothingIsCarriedOverACut() throws {
    let other = picture { row, column in 0.15 + 0.1 * sin(0.4 * row) * sin(0.3 * column) }
    let frames = [panned(0), panned(1), other]
    let results = frames.enumerated().map { flickering($1, $0) }
    let steady = try steadied(1, frames: frames, results: results)
    #expect(steady[2] == results[2] && steady[1] != results[1])
  }

  @Test func whatComesIntoViewIsLeftAlone() throws {
    // A bar moves to the right over a background that rests; results are flat in two colours.
    func frame(_ left: Int) -> Image {
      picture { row, column in
        (left..<left + 24).contains(Int(column))
          ? 0.25 + 0.2 * Self.texture(row, column - Double(left)) : Self.texture(row, column)
      }
    }
    func result(_ left: Int) -> Image { picture { _, column in (left..<left + 24).contains(Int(column)) ? 0.1 : 0.9 } }
    let places = [20, 23, 26, 29]
    let steady = try steadied(1, frames: places.map(frame), results: places.map(result))
    let uncovered = difference(steady[3], result(29), in: 26..<29)
    #expect(uncovered < 0.02, "\(uncovered)")
  }

  @Test func lightnessStaysWhereOnlyColorsAreCarried() throws {
    let frames = (0..<3).map(panned)
    let results = frames.enumerated().map { flickering($1, $0) }
    let steady = try steadied(1, .lightness, frames: frames, results: results)
    let own = results[2].grayscale(), lightness = steady[2].grayscale()
    let largest = zip(own.pixels, lightness.pixels).map { abs($0 - $1) }.sorted()[own.pixels.count * 99 / 100]
    #expect(largest < 1e-5 && difference(steady[2], results[2]) > 0.002)
  }

  /// Segments do not depend on who makes them, nor on stops, and no seam shows between them.
  @Test(.enabled(if: Clip.hasFFmpeg, Comment(rawValue: Clip.skipReason)))
  func segmentsAreTheSameWhoeverMakesThem() throws {
    let folder = try TemporaryFolder()
    let film = try Clip.make("a.mkv", in: folder, seconds: 4.8, ["-c:v", "ffv1", "-pix_fmt", "yuv444p"])
    var conversion = FilmConversion()
    (conversion.codec, conversion.steadiness) = (.ffv1, Steadiness(0.5, .none))
    func convert(_ name: String, shouldStop: () -> Bool = { false }) throws -> (URL, FilmConversion.Outcome) {
      let output = folder.url.appending(path: name)
      let outcome = try conversion.run(film, to: output, identity: "test", shouldStop: shouldStop) { image, sink in
        // Depends on the frame alone.
        let seed = Int(image.pixels.reduce(0, +))
        let pixels = image.pixels.enumerated().map { min(1, max(0, $1 + Float(0.1 * Self.noise(seed, $0)))) }
        try sink.write(Image(width: image.width, height: image.height, channels: 3, pixels: pixels))
      }
      return (output, outcome)
    }
    let (whole, _) = try convert("whole.mkv")
    var calls = 0
    while true {
      let start = calls
      let (output, outcome) = try convert("stopped.mkv") {
        calls += 1
        return calls - start > 70
      }
      guard case .done(let frames) = outcome else { continue }
      #expect(frames == 120 && calls > 140)
      #expect(try Data(contentsOf: output) == Data(contentsOf: whole))
      break
    }
    conversion.steadiness = nil
    let (plain, _) = try convert("plain.mkv")
    #expect(Clip.frames(plain) != Clip.frames(whole) && Clip.frames(plain).count == Clip.frames(whole).count)
  }
}
