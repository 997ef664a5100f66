import Images
import Testing

@Suite struct EnlargementGridTests {
  /// A gray image whose pixels are f(x) + g(y), with the given magnitudes of steps by place, up and down by turns.
  private func image(width: Int, height: Int, across: [Float], down: [Float]) -> Image {
    func line(_ count: Int, _ steps: [Float]) -> [Float] {
      var values: [Float] = [0]
      for at in 0..<count - 1 { values.append(values[at] + steps[at % steps.count] * (at % 2 == 0 ? 1 : -1)) }
      return values
    }
    let (columns, rows) = (line(width, across), line(height, down))
    return Image(
      width: width, height: height, channels: 1, pixels: rows.flatMap { row in columns.map { 0.4 + row + $0 } })
  }

  @Test func isTheContrastOfStepsByPlace() throws {
    // Sizes that end within a period, so that places have different numbers of steps.
    for (width, height) in [(24, 30), (23, 29), (26, 25)] {
      let picture = image(width: width, height: height, across: [0.02, 0.01, 0.03], down: [0.02, 0.01, 0.01])
      let (ofThree, ofOne) = (try #require(picture.grid(period: 3)), try #require(picture.grid(period: 1)))
      #expect(abs(ofThree - 2.5) < 1e-4 && abs(ofOne - 1) < 1e-9)
    }
  }

  @Test func showsWhatEnlargingLeaves() throws {
    let photo = try Golden.image("rgb.png")
    #expect(try #require(photo.grid(period: 4)).isFinite)
    let small = photo.resized(toWidth: photo.width / 4, height: photo.height / 4)
    let repeated = Image(
      width: small.width * 4, height: small.height * 4, channels: 3,
      pixels: (0..<small.height * 4).flatMap { row in
        (0..<small.width * 4 * 3).map { small.pixels[(row / 4 * small.width + $0 / 12) * 3 + $0 % 3] }
      })
    #expect(repeated.grid(period: 4) == .infinity)
  }

  @Test func isOfTheLumaWithoutAlpha() throws {
    let gray = image(width: 9, height: 9, across: [0.02, 0.01], down: [0.01, 0.01])
    let colored = Image(
      width: 9, height: 9, channels: 4,
      pixels: gray.pixels.enumerated().flatMap { [$1, $1, $1, $0 % 2 == 0 ? 1 : 0] })
    #expect(abs(try #require(colored.grid(period: 2)) - 1.5) < 1e-4)
  }

  @Test func aPlainImageHasNone() {
    #expect(Image(width: 9, height: 9, channels: 1, pixels: Array(repeating: 0.5, count: 81)).grid(period: 4) == 1)
  }

  @Test func needsAStepAtEveryPlace() {
    let picture = image(width: 9, height: 5, across: [0.01], down: [0.01])
    #expect(picture.grid(period: 4) != nil && picture.grid(period: 5) == nil)
  }

  @Test func isComparedWithTheTruths() throws {
    let truth = image(width: 16, height: 16, across: [0.01, 0.015], down: [0.01, 0.015])
    let result = image(width: 16, height: 16, across: [0.01, 0.03], down: [0.01, 0.03])
    let scores = try result.scores([.grid, .truthGrid], against: truth, gridPeriod: 2)
    #expect(abs(try #require(scores[.grid]) - 3) < 1e-3)
    #expect(abs(try #require(scores[.truthGrid]) - 1.5) < 1e-3)
    #expect(abs(try #require(scores.gridRatio) - 2) < 1e-3)
    #expect(try result.scores([.grid, .truthGrid], against: truth).gridRatio == nil)
  }
}
