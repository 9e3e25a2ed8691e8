import AppView
import Testing

@Test(arguments: [
  "at://did:web:a.example/com.example.note", "at://a.example/com.example.note/1", "",
])
func addressNeedsADIDAndARecordKey(_ text: String) {
  #expect(RecordAddress(text) == nil)
}
