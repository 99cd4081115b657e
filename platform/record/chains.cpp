#include "platform/record/chains.hpp"

#include <algorithm>

#include "crypto/labels.hpp"
#include "crypto/primitives/hkdf.hpp"

namespace rogatory::record {
model::ChainId dossier_chain(const model::AuthorityId& opener, const age::HybridRecipient& first_epoch) {
    return model::ChainId{
        crypto::Labelled{"rogatory/v1/dossier"}.fixed(opener.value()).fixed(first_epoch.bytes()).sha256().value()};
}

model::ChainId register_chain(const model::VerifyKey& first_custodian) {
    return model::ChainId{crypto::Labelled{"rogatory/v1/register"}.fixed(first_custodian.bytes()).sha256().value()};
}

model::ChainId receipts_chain(const model::ChainId& dossier, const model::AuthorityId& authority) {
    return model::ChainId{
        crypto::Labelled{"rogatory/v1/receipts"}.fixed(dossier.value()).fixed(authority.value()).sha256().value()};
}

model::ChainId notices_chain(const model::PartyId& party) {
    return model::ChainId{crypto::Labelled{"rogatory/v1/notices"}.fixed(party.value()).sha256().value()};
}

namespace {

constexpr std::size_t kHalf = 16;  // octets: neither half is found by trying

auto casebook_owner(const model::AuthorityId& authority) {
    return crypto::Labelled{"rogatory/v1/casebook"}.fixed(authority.value()).sha256().value();
}

}  // namespace

bool is_casebook_chain(const model::ChainId& chain, const model::AuthorityId& authority) {
    return std::ranges::equal(ByteView{chain.value()}.first(kHalf), ByteView{casebook_owner(authority)}.first(kHalf));
}

model::ChainId casebook_chain(const model::AuthorityId& authority, const age::HybridIdentity& first_generation) {
    model::ChainId::Value out{casebook_owner(authority)};
    const auto key = crypto::hkdf_extract(authority.value(), first_generation.seed().expose_secret());
    crypto::hkdf_expand(key, as_bytes("rogatory/v1/casebook"), std::span{out}.subspan(kHalf));
    return model::ChainId{out};
}

}  // namespace rogatory::record
