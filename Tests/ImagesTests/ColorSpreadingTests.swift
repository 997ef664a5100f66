import Images
import Testing

struct ColorSpreadingTests {
  @Test func hiddenColorsGiveWayToVisibleOnesNearby() {
    // Visible on the left: 0.2, and 0.8 with half the alpha; the rest is transparent white.
    var pixels = Array(repeating: [1, 0] as [Float], count: 12)
    (pixels[0], pixels[6]) = ([0.2, 1], [0.8, 0.5])
    let image = Image(width: 6, height: 2, channels: 2, pixels: pixels.flatMap { $0 }, bitDepth: .sixteen)
    let spread = image.withColorsSpread()
    #expect(spread.alpha == image.alpha)
    let colors = spread.withoutAlpha().pixels
    #expect(colors[0] == 0.2 && colors[6] == 0.8)
    for (index, color) in colors.enumerated() where index % 6 > 0 { #expect(abs(color - 0.4) < 1e-6) }
  }

  @Test func whatIsVisibleOrWithoutAnythingVisibleStaysAsItIs() {
    let opaque = Image.pattern(width: 5, height: 7, channels: 3)
    #expect(opaque.withColorsSpread() == opaque)
    let translucent = opaque.withAlpha(Array(repeating: 0.5, count: 35))
    #expect(translucent.withColorsSpread() == translucent)
    let invisible = opaque.withAlpha(Array(repeating: 0, count: 35))
    #expect(invisible.withColorsSpread() == invisible)
  }
}
