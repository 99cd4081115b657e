#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"
#include "platform/base/time.hpp"

struct x509_store_st;

// X.509 certificates that clients show, held against the authorities of whoever asks for them. OpenSSL reads and
// verifies.
namespace rogatory::crypto {

// The authorities that somebody trusts for certificates of clients: roots, or issuers below a root.
class ClientAuthorities {
public:
    static constexpr std::size_t kMost = 16;

    // PEM, certificates alone. invalid_input "access.client_ca": nothing that can be read, none or too many, one that
    // may not issue, or one whose key is larger than RSA of 4,096 bits or a curve of 521.
    [[nodiscard]] static Result<ClientAuthorities> parse(std::string_view pem);

    // While the whole chain is valid.
    struct Window {
        UnixSeconds from = 0;
        UnixSeconds until = 0;
        [[nodiscard]] bool holds(UnixSeconds at) const noexcept { return from <= at && at < until; }
    };
    // `chain`: DER, the client's own first, then what leads to its authority, in any order. Nothing where it does not
    // lead there at that time, is an authority's own, or is not for clients (its extended key usage must say so), or
    // has a larger key than an authority may have.
    [[nodiscard]] std::optional<Window> vouch_for(const std::vector<Bytes>& chain, UnixSeconds at) const;

private:
    struct Free {
        void operator()(x509_store_st* store) const;
    };
    using Store = std::unique_ptr<x509_store_st, Free>;
    explicit ClientAuthorities(Store store) : store_{std::move(store)} {}

    Store store_;
};

}  // namespace rogatory::crypto
