import Collectives
import Testing

@Suite struct SilenceTests {
  @Test func isNoticedAfterItsLimit() {
    var silence = Silence(of: [1, 2, 3], now: 0)
    silence.dismiss(3)
    for second in stride(from: 1.0, through: Silence.limit, by: 1) {
      silence.heard(of: 1, now: second)
      #expect(silence.longest(now: second) == nil)
    }
    #expect(silence.longest(now: Silence.limit + 1) == 2)
  }

  @Test func ofOthersIsNotFoundByOneThatCouldNotListen() {
    var silence = Silence(of: [1], now: 0)
    #expect(silence.longest(now: 1) == nil)
    // Held up for a minute, it has not heard what was said meanwhile.
    #expect(silence.longest(now: 60) == nil)
    for second in stride(from: 61.0, through: 80, by: 1) { #expect(silence.longest(now: second) == nil) }
    #expect(silence.longest(now: 81) == 1)
  }
}
