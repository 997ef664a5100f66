import Files
import Testing

@Suite struct FingerprintTests {
  private func fingerprint(of bytes: [UInt8]) -> Fingerprint {
    var fingerprint = Fingerprint()
    bytes.withUnsafeBytes { fingerprint.add($0) }
    return fingerprint
  }

  @Test func everyBitCounts() {
    let bytes = (0..<37).map { UInt8($0 * 7) }
    var seen: Set<String> = [fingerprint(of: bytes).text]
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << bit
        seen.insert(fingerprint(of: changed).text)
      }
    }
    #expect(seen.count == 37 * 8 + 1)
    #expect(fingerprint(of: bytes) == fingerprint(of: bytes))
    #expect(fingerprint(of: bytes.dropLast()) != fingerprint(of: bytes))
  }

  @Test func isWrittenInSixteenDigits() {
    // The fingerprint of an empty text is FNV's offset basis; that of one byte is one round of it, with its high half
    // mixed in.
    #expect(Fingerprint(of: "").text == "cbf29ce484222325")
    #expect(Fingerprint(of: "a").text != Fingerprint(of: "b").text)
    #expect(Fingerprint(of: "größe 1.png").text.count == 16)
  }
}
