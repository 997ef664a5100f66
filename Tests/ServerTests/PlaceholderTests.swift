import Server
import Testing

@Test func placeholder() {}
