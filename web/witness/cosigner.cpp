#include "web/witness/cosigner.hpp"

#include <algorithm>

#include "crypto/tlog/decimal.hpp"
#include "platform/base/log.hpp"
#include "platform/base/try.hpp"
#include "web/client/peer.hpp"
#include "web/witness/request.hpp"
#include "web/witness/witness.hpp"

namespace rogatory::witness {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMaxAnswer = 64 * 1024;

// The lines under the checkpoint that this witness made: "The client MUST ignore any cosignatures from unknown keys."
std::vector<tlog::NoteSignature> lines_of(const tlog::NoteKey& witness, const tlog::SignedCheckpoint& checkpoint,
                                          std::string_view answer) {
    const auto note = tlog::Note::parse(checkpoint.format() + std::string{answer});
    std::vector<tlog::NoteSignature> lines;
    if (!note) return lines;
    for (const auto& line : note->signatures) {
        if (tlog::verify_cosignature(witness, checkpoint.note.text, line)) lines.push_back(line);
    }
    return lines;
}

}  // namespace

// One witness and what is known of it. Its own thread's, but for the constructor.
class Cosigner::Peer {
public:
    Peer(CosignedLog& log, std::size_t number, client::PeerAddress address, client::PeerOptions options)
        : log_{log}, number_{number}, address_{std::move(address)}, peer_{address_, std::move(options)} {}

    // One request, and a second one where the witness knows another size than was thought. True when it cosigned;
    // `met` then says whether the policy is met.
    Result<> ask(const tlog::SignedCheckpoint& checkpoint, bool& met) {
        const auto size = checkpoint.checkpoint.head.size;
        // Unknown: that it has what we have is the likeliest after a restart, and costs no proof.
        auto old_size = std::min(known_size_.value_or(size), size);
        for (int attempt = 0; attempt < 2; ++attempt) {
            ROGATORY_TRY(auto path, log_.consistency(old_size, size));
            ROGATORY_TRY(const auto reply, post(AddCheckpoint{old_size, std::move(path), checkpoint}.format()));
            if (reply.status == 200) {
                const auto lines = lines_of(witness().key, checkpoint, as_text(reply.body));
                if (lines.empty()) return fail(ErrorCode::unavailable, "witness.no_cosignature");
                known_size_ = size;
                ROGATORY_TRY(met, log_.keep(checkpoint, lines));
                log_.heard(number_, false);
                return {};
            }
            if (reply.status != 409 || reply.header("content-type") != kSizeType) return refused(reply.status);
            ROGATORY_TRY(const auto theirs, size_of(as_text(reply.body)));
            // Ours is all it was ever sent: more than that, or something else of the same size, was signed by a server
            // that knew more than this one does, or it is a lie.
            if (theirs > size || (theirs == size && old_size == size)) {
                log_.heard(number_, true);
                show();
                return fail(ErrorCode::conflict, "witness.ahead");
            }
            old_size = theirs;
        }
        return fail(ErrorCode::unavailable, "witness.changes_its_mind");
    }

    [[nodiscard]] const tlog::PolicyWitness& witness() const { return log_.policy().witnesses()[number_]; }

    // For the loop: the round it has come to an end with, and when it may try again after a failure.
    std::uint64_t done = 0;
    bool failed = false;
    Clock::time_point retry_at;
    std::chrono::milliseconds pause{};
    std::string last_failure;

private:
    Result<client::HttpsReply> post(const std::string& body) {
        client::HttpsRequest request;
        request.method = "POST";
        request.path = address_.path("add-checkpoint");
        request.content_type = "text/plain; charset=utf-8";
        request.body = as_bytes(body);
        request.largest_reply = kMaxAnswer;
        return peer_.send(request);
    }
    static tl::unexpected<Error> refused(int status) {
        return fail(ErrorCode::unavailable, "witness.refused", std::to_string(status));
    }
    static Result<std::uint64_t> size_of(std::string_view body) {
        const auto line = tlog::take_line(body);
        const auto size = line && body.empty() ? tlog::parse_decimal(*line) : std::nullopt;
        if (!size) return fail(ErrorCode::unavailable, "witness.refused", "409 without a size");
        return *size;
    }
    // Asks for what it cosigned: under the log's own signature that settles the matter.
    void show() {
        client::HttpsRequest request;
        request.path = address_.path("log/" + path_name(log_.policy().logs().front().key.name()) + "/checkpoint");
        request.largest_reply = kMaxAnswer;
        const auto reply = peer_.send(request);
        if (!reply || reply->status != 200) return;
        if (const auto newer = tlog::SignedCheckpoint::parse(as_text(reply->body))) log_.shown(*newer);
    }

    CosignedLog& log_;
    const std::size_t number_;
    const client::PeerAddress address_;
    client::Peer peer_;
    std::optional<std::uint64_t> known_size_;
};

Cosigner::Cosigner(CosignedLog& log, CosignerSettings settings) : log_{log}, settings_{std::move(settings)} {
    const auto& witnesses = log_.policy().witnesses();
    for (std::size_t i = 0; i < witnesses.size(); ++i) {
        const auto other = settings_.urls.find(witnesses[i].name);
        auto address = client::PeerAddress::parse(other == settings_.urls.end() ? witnesses[i].url : other->second);
        if (!address) {
            log::Line{log::Level::warning, "a witness without an address is not asked"}.add(log::Field::path,
                                                                                            witnesses[i].name);
            continue;
        }
        client::PeerOptions options;
        options.trust_anchors = settings_.trust_anchors;
        options.client_certificate = settings_.client_certificate;
        options.client_key = settings_.client_key;
        options.deadline_seconds = std::max<long>(1, static_cast<long>(settings_.deadline.count() / 1000));
        options.cancelled = [this] {
            const std::lock_guard lock{guard_};
            return stopping_;
        };
        peers_.push_back(std::make_unique<Peer>(log_, i, *std::move(address), std::move(options)));
    }
    threads_.emplace_back([this] { lead(); });
    for (const auto& peer : peers_) threads_.emplace_back([this, &one = *peer] { follow(one); });
}

Cosigner::~Cosigner() { stop(); }

void Cosigner::notify() noexcept {
    {
        const std::lock_guard lock{guard_};
        ++grown_;
    }
    changed_.notify_all();
}

void Cosigner::stop() {
    {
        const std::lock_guard lock{guard_};
        stopping_ = true;
    }
    changed_.notify_all();
    for (auto& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

// Says what is asked for. One of the runners of background tasks, where exceptions end.
void Cosigner::lead() {
    std::uint64_t seen = 0;
    auto refresh_at = Clock::now();
    std::unique_lock lock{guard_};
    while (!stopping_) {
        changed_.wait_until(lock, refresh_at,
                            [&] { return stopping_ || (grown_ != seen && (round_.open == 0 || round_.met)); });
        if (stopping_) return;
        if (grown_ != seen && seen != 0) changed_.wait_for(lock, settings_.batch, [this] { return stopping_; });
        if (stopping_) return;
        const auto grown = grown_;
        lock.unlock();
        const bool begun = begin_round();
        lock.lock();
        if (begun) seen = grown;
        refresh_at = Clock::now() + (begun ? settings_.refresh : std::chrono::milliseconds{1'000});
    }
}

bool Cosigner::begin_round() {
    try {
        auto newest = log_.newest();
        if (!newest) {
            log::Line{log::Level::error, "no checkpoint to be cosigned"}.add(log::Field::key, newest.error().key());
            return false;
        }
        auto checkpoint = std::make_shared<const tlog::SignedCheckpoint>(*std::move(newest));
        {
            const std::lock_guard lock{guard_};
            round_ = {round_.number + 1, std::move(checkpoint), peers_.size(), false};
        }
        changed_.notify_all();
        return true;
    } catch (const std::exception& broken) {
        log::Line{log::Level::error, "no checkpoint to be cosigned"}.add(log::Field::error, broken.what());
        return false;
    }
}

// One witness's thread: each round once, and after a failure the same again after a pause.
void Cosigner::follow(Peer& peer) {
    std::unique_lock lock{guard_};
    while (true) {
        const auto due = [&] {
            return stopping_ || (round_.number != peer.done && (!peer.failed || Clock::now() >= peer.retry_at)) ||
                   (peer.failed && round_.number != 0 && Clock::now() >= peer.retry_at);
        };
        // A round that begins while this witness rests does not wait for it.
        const auto rests = [&] { return peer.failed && round_.number != peer.done && !due(); };
        if (peer.failed) {
            changed_.wait_until(lock, peer.retry_at, [&] { return due() || rests(); });
        } else {
            changed_.wait(lock, due);
        }
        if (stopping_) return;
        if (rests()) {
            peer.done = round_.number;
            if (--round_.open == 0) changed_.notify_all();
            continue;
        }
        if (!due()) continue;
        const auto number = round_.number;
        const auto checkpoint = round_.checkpoint;
        lock.unlock();
        bool met = false;
        Result<> asked;
        try {
            asked = peer.ask(*checkpoint, met);
        } catch (const std::exception& broken) {
            log::Line{log::Level::error, "a cosignature was not kept"}
                .add(log::Field::path, peer.witness().name)
                .add(log::Field::error, broken.what());
            asked = fail(ErrorCode::unavailable, "witness.not_kept");
        }
        const auto failure = asked ? std::string{} : asked.error().key() + " " + asked.error().log_detail();
        if (failure != peer.last_failure) {
            log::Line line{asked ? log::Level::info : log::Level::warning,
                           asked ? "a witness cosigns" : "a witness does not cosign"};
            line.add(log::Field::path, peer.witness().name);
            if (!asked)
                line.add(log::Field::key, asked.error().key()).add(log::Field::detail, asked.error().log_detail());
        }
        lock.lock();
        peer.last_failure = failure;
        peer.failed = !asked;
        if (asked) {
            peer.pause = settings_.first_retry;
        } else {
            peer.pause =
                peer.pause.count() == 0 ? settings_.first_retry : std::min(2 * peer.pause, settings_.last_retry);
            peer.retry_at = Clock::now() + peer.pause;
        }
        if (round_.number == number) {
            if (peer.done != number) --round_.open;
            round_.met = round_.met || met;
        }
        peer.done = number;
        changed_.notify_all();
    }
}

}  // namespace rogatory::witness
