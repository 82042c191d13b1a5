/** What a user's module has to require: no more than the adapters. */
module example.consumer {
    requires dev.headway.jdk;
    requires dev.headway.okhttp;
}
