{
  'targets': [
    {
      'target_name': 'spanmeter',
      'sources': [
        'native/addon.cc',
        'native/between.cc',
        'native/environment.cc',
        'native/journal.cc',
        'native/lock.cc',
        'native/peak.cc',
        'native/span.cc',
      ],
      'defines': ['NAPI_VERSION=8', 'NAPI_DISABLE_CPP_EXCEPTIONS'],
      # The headers of others are system headers: their warnings are not errors of ours.
      'cflags_cc': [
        '-isystem<!(node -p "require(\'path\').resolve(require(\'node-addon-api\').include_dir)")',
        '-std=c++17', '-O2', '-fno-exceptions', '-fvisibility=hidden',
        '-Wall', '-Wextra', '-Wpedantic', '-Werror',
      ],
      'conditions': [
        ['OS=="linux"', {
          'sources': ['native/linux/probe.cc'],
          # Node unloads an add-on with the last environment that loaded it; other threads may still be in it.
          'ldflags': ['-Wl,-z,nodelete'],
        }],
        ['OS=="mac"', {
          'sources': ['native/darwin/probe.cc'],
          'xcode_settings': {
            'CLANG_CXX_LANGUAGE_STANDARD': 'c++17',
            'GCC_ENABLE_CPP_EXCEPTIONS': 'NO',
            'GCC_OPTIMIZATION_LEVEL': '2',
            'GCC_SYMBOLS_PRIVATE_EXTERN': 'YES',
            'MACOSX_DEPLOYMENT_TARGET': '11.0',
            'OTHER_CPLUSPLUSFLAGS': [
              '-isystem<!(node -p "require(\'path\').resolve(require(\'node-addon-api\').include_dir)")',
              '-Wall', '-Wextra', '-Wpedantic', '-Werror',
            ],
          },
        }],
      ],
    },
  ],
}
