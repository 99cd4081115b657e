#include "web/cli/keeper/keeper.hpp"

#include <filesystem>
#include <thread>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <catch2/catch_test_macros.hpp>

#include "web/cli/keeper/access.hpp"

namespace rogatory::cli::keeper {
namespace {

class Folder {
public:
    Folder() {
        auto name = (std::filesystem::temp_directory_path() / "rogatory-keeper-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        // Longer than a socket's path may be.
        path_ = std::filesystem::path{name};
        whole_ = path_ / std::string(120, 'p');
        std::filesystem::create_directory(whole_);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    [[nodiscard]] const std::filesystem::path& path() const { return whole_; }

private:
    std::filesystem::path path_;
    std::filesystem::path whole_;
};

class Running {
public:
    Running(const std::filesystem::path& folder, const Limits& limits) {
        auto listener = Listener::open(folder);
        REQUIRE(listener);
        listener_ = std::make_unique<Listener>(std::move(*listener));
        thread_ = std::thread{[this, limits] {
            serve(*listener_, limits, stop_);
            listener_.reset();
            ended_ = true;
        }};
    }
    ~Running() {
        stop_ = true;
        thread_.join();
    }
    [[nodiscard]] bool ended() const { return ended_; }

private:
    std::unique_ptr<Listener> listener_;
    std::atomic<bool> stop_{false};
    std::atomic<bool> ended_{false};
    std::thread thread_;
};

crypto::SecretBytes secret(std::string_view text) { return crypto::SecretBytes::copy_of(as_bytes(text)); }

// Within a time that only a keeper that hangs needs.
bool comes_true(const auto& what) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{50};
    while (std::chrono::steady_clock::now() < until) {
        if (what()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    return what();
}

}  // namespace

TEST_CASE("the keeper gives back what it was given, to whoever is the same user", "[cli][keeper]") {
    const Folder folder;
    const Running keeper{folder.path(), {}};

    CHECK_FALSE(fetch(folder.path()));
    CHECK_FALSE(keeper::status(folder.path()));
    REQUIRE(keep(folder.path(), secret("token\nkeys"), {}));

    const auto got = fetch(folder.path());
    REQUIRE(got);
    CHECK(as_text(got->expose_secret()) == "token\nkeys");
    CHECK(keeper::status(folder.path())->idle_left > std::chrono::minutes{14});
    CHECK(keeper::status(folder.path())->total_left > std::chrono::hours{11});
}

TEST_CASE("the keeper's socket is its owner's alone, however long the folder's name", "[cli][keeper]") {
    const Folder folder;
    const Running keeper{folder.path(), {}};

    struct stat facts {};
    REQUIRE(::stat((folder.path() / kSocketName).c_str(), &facts) == 0);
    CHECK(S_ISSOCK(facts.st_mode));
    CHECK((facts.st_mode & 0777) == 0600);
}

TEST_CASE("locking wipes, ends the keeper and takes the socket away", "[cli][keeper]") {
    const Folder folder;
    const Running keeper{folder.path(), {}};
    REQUIRE(keep(folder.path(), secret("x"), {}));

    CHECK(lock(folder.path()));

    CHECK(comes_true([&] { return keeper.ended(); }));
    CHECK_FALSE(fetch(folder.path()));
    CHECK_FALSE(lock(folder.path()));
    CHECK_FALSE(std::filesystem::exists(folder.path() / kSocketName));
}

TEST_CASE("the keeper ends when it was idle for too long, and use puts that off", "[cli][keeper]") {
    const Folder folder;
    // Longer than this machine may stand still between two uses, and together they take longer.
    const Running keeper{folder.path(), {.idle = std::chrono::seconds{5}, .total = std::chrono::seconds{120}}};
    REQUIRE(keep(folder.path(), secret("x"), {}));

    for (int i = 0; i < 6; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds{1'000});
        REQUIRE(fetch(folder.path()));
    }
    CHECK(comes_true([&] { return keeper.ended(); }));
}

TEST_CASE("asking for the status is no use", "[cli][keeper]") {
    const Folder folder;
    const Running keeper{folder.path(), {.idle = std::chrono::seconds{2}, .total = std::chrono::seconds{60}}};
    REQUIRE(keep(folder.path(), secret("x"), {}));

    CHECK(comes_true([&] { return !keeper::status(folder.path()); }));
}

TEST_CASE("the keeper ends at its last hour, however much it is used", "[cli][keeper]") {
    const Folder folder;
    const Running keeper{folder.path(), {.idle = std::chrono::seconds{60}, .total = std::chrono::seconds{2}}};
    REQUIRE(keep(folder.path(), secret("x"), {}));

    CHECK(comes_true([&] { return !fetch(folder.path()); }));
}

TEST_CASE("a second keeper is refused, a dead one's socket is replaced", "[cli][keeper]") {
    const Folder folder;
    {
        const Running keeper{folder.path(), {}};
        const auto second = Listener::open(folder.path());
        REQUIRE_FALSE(second);
        CHECK(second.error().key() == "keeper.running");
    }
    {
        const int folder_descriptor = ::open(folder.path().c_str(), O_DIRECTORY | O_PATH);
        const Descriptor dead{::socket(AF_UNIX, SOCK_STREAM, 0)};
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const auto path = socket_path(folder_descriptor);
        path.copy(address.sun_path, path.size());
        REQUIRE(::bind(dead.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    }
    CHECK(std::filesystem::exists(folder.path() / kSocketName));
    CHECK(Listener::open(folder.path()));
}

TEST_CASE("nonsense and a message without end do not hold the keeper up", "[cli][keeper]") {
    const Folder folder;
    const Running keeper{folder.path(), {}};
    REQUIRE(keep(folder.path(), secret("x"), {}));
    const auto knock = [&](ByteView bytes) {
        const Descriptor place{::open(folder.path().c_str(), O_DIRECTORY | O_PATH)};
        Descriptor socket{::socket(AF_UNIX, SOCK_STREAM, 0)};
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const auto path = socket_path(place.get());
        path.copy(address.sun_path, path.size());
        REQUIRE(::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::send(socket.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
        return socket;
    };

    const ByteArray<5> too_long{'P', 0xff, 0xff, 0xff, 0xff};
    const ByteArray<5> unknown{'?', 0, 0, 0, 0};
    const ByteArray<6> cut{'P', 0, 0, 1, 0, 'x'};
    const auto first = knock(too_long);
    const auto second = knock(unknown);
    const auto third = knock(cut);

    CHECK(comes_true([&] { return fetch(folder.path()).has_value(); }));
}

}  // namespace rogatory::cli::keeper
