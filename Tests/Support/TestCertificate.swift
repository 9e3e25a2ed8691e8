/// A self-signed certificate for `alice.test`, `bob.test` and `host.example.com`, valid from 2020 to
/// 2120, and its private key, which protects nothing. Both are PEM.
package enum TestCertificate {
  package static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBczCCARqgAwIBAgIBATAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDAR0ZXN0MCAX
    DTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAPMQ0wCwYDVQQDDAR0ZXN0
    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEt75bXxYtlb9XkLM2ureMZxgTRJwy
    8haEP7gEMWO9tMitWY4aEWKeQRYGT1K8WmROhk+Oxvbhs5iRi+cqo/wWZKNlMGMw
    MQYDVR0RBCowKIIKYWxpY2UudGVzdIIIYm9iLnRlc3SCEGhvc3QuZXhhbXBsZS5j
    b20wDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUWC9pnI6lI7gSCK4gxC55Ptnx
    CDowCgYIKoZIzj0EAwIDRwAwRAIgEPbyce9MrBdH5mbKJ7wVBmxXy5UQUFwUGKQv
    oatYuGQCIG8ZvWvko7Sb/mvMWs9k4ytjU286lKrwUDVyKyjKpsBY
    -----END CERTIFICATE-----
    """

  package static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9Hk5tA6J2espdEuB
    pYtpUvCuLiXPjOnaHowUPhxjjv6hRANCAAS3vltfFi2Vv1eQsza6t4xnGBNEnDLy
    FoQ/uAQxY720yK1ZjhoRYp5BFgZPUrxaZE6GT47G9uGzmJGL5yqj/BZk
    -----END PRIVATE KEY-----
    """
}
